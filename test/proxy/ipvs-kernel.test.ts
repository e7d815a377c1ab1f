import { describe, expect, it } from 'vitest';
import { REFUSED, SWALLOWED, IpVs } from '../../src/proxy/ipvs/kernel/ip-vs.ts';
import type { IpVsSettings } from '../../src/proxy/ipvs/kernel/settings.ts';
import type { VirtualServer } from '../../src/proxy/ipvs/kernel/virtual-server.ts';
import { SCHEDULERS } from '../../src/proxy/ipvs/schedulers/registry.ts';

const SECOND = 1e9;

const SETTINGS: IpVsSettings = {
  hz: 100,
  firstTick: -30_000,
  tcpTimeout: 900 * SECOND,
  udpTimeout: 300 * SECOND,
  expireNodestConn: false,
  expireQuiescentTemplate: false,
  connReuseMode: true,
  lblcrExpiration: 86_400 * SECOND,
};

/** Servers 1 to 3 behind a round robin, whose list is 3, 2, 1. */
class Lab {
  readonly ipvs: IpVs;
  readonly service: VirtualServer;

  constructor(settings: Partial<IpVsSettings> = {}, persistence: number | null = null) {
    this.ipvs = new IpVs({ ...SETTINGS, ...settings });
    this.service = this.ipvs.addService({
      ip: 0x0a600001,
      port: 80,
      protocol: 'TCP',
      scheduler: SCHEDULERS.rr,
      flags: { port: false, fallback: false },
      persistence:
        persistence === null ? null : { timeout: persistence * SECOND, netmask: 0xffffffff },
    });
    for (const server of [1, 2, 3]) this.service.add(server, 8080, 1);
  }

  at(seconds: number): void {
    this.ipvs.entries.at(seconds * SECOND);
  }

  receive(sourcePort: number, sourceIp: number = 7): number {
    return this.ipvs.receive(this.service, { sourceIp, sourcePort }, null);
  }

  /** Number of the server that a connection from this port goes to. */
  connect(sourcePort: number): number {
    const entry = this.receive(sourcePort);
    return entry < 0 ? entry : this.ipvs.entries.serverOf(entry).ip;
  }

  server(number: number): ReturnType<VirtualServer['find']> & object {
    return this.service.find(number, 8080)!;
  }
}

describe('the same client address and port again while the old entry is in TIME_WAIT or CLOSE', () => {
  const AFRESH = 2;
  const SAME = 3;
  // By expire_nodest_conn and conn_reuse_mode: server fine, at weight 0, deleted.
  const ROWS = [
    [false, false, SAME, SAME, SWALLOWED],
    [false, true, AFRESH, AFRESH, AFRESH],
    [true, false, SAME, AFRESH, AFRESH],
    [true, true, AFRESH, AFRESH, AFRESH],
  ] as const;

  describe.each(['closedByFin', 'closedByServer', 'closedByReset'] as const)('%s', (end) => {
    it.each(ROWS)(
      'with expire_nodest_conn %s and conn_reuse_mode %s',
      (expireNodestConn, connReuseMode, ...expected) => {
        const changes = [
          (lab: Lab): void => lab.at(0.5),
          (lab: Lab): void => lab.service.setWeight(lab.server(3), 0),
          (lab: Lab): void => lab.service.delete(lab.server(3)),
        ];
        const picks = changes.map((change) => {
          const lab = new Lab({ expireNodestConn, connReuseMode });
          const entry = lab.receive(5000);
          expect(lab.ipvs.entries.serverOf(entry).ip).toBe(3);
          lab.ipvs[end](entry);
          change(lab);
          lab.at(1);
          return lab.connect(5000);
        });
        expect(picks).toEqual(expected);
      },
    );
  });
});

describe('an established connection whose server is deleted', () => {
  it('lives again when the server is back, with its counts', () => {
    const lab = new Lab();
    const entry = lab.receive(5000);
    const server = lab.server(3);
    lab.service.delete(server);
    expect(lab.ipvs.refresh(entry)).toBe(SWALLOWED);
    lab.at(5);
    expect(lab.service.add(3, 8080, 1)).toBe(server);
    expect(server.active).toBe(1);
    expect(lab.ipvs.refresh(entry)).toBe(entry);
    expect(lab.service.list.map(({ ip }) => ip)).toEqual([3, 2, 1]);
  });

  it('is flushed one tick later under expire_nodest_conn', () => {
    const lab = new Lab({ expireNodestConn: true });
    const entry = lab.receive(5000);
    lab.service.delete(lab.server(3));
    lab.at(0.1);
    expect(lab.ipvs.isEstablished(entry)).toBe(false);
    expect(lab.service.add(3, 8080, 1)).toMatchObject({ active: 0, inactive: 0 });
  });
});

describe('a virtual server without a usable server', () => {
  it('refuses, and picks on where it was', () => {
    const lab = new Lab();
    expect(lab.connect(1)).toBe(3);
    for (const server of [1, 2, 3]) lab.service.setWeight(lab.server(server), 0);
    expect(lab.connect(2)).toBe(REFUSED);
    for (const server of [1, 2, 3]) lab.service.setWeight(lab.server(server), 1);
    expect(lab.connect(3)).toBe(2);
  });
});

describe('a SYN that nobody answers', () => {
  it('counts as active for a minute', () => {
    const lab = new Lab();
    const entry = lab.receive(5000);
    lab.ipvs.abandoned(entry, 0);
    lab.at(59);
    expect(lab.server(3)).toMatchObject({ active: 1, inactive: 0 });
    lab.at(66);
    expect(lab.server(3)).toMatchObject({ active: 0, inactive: 0 });
  });
});

describe('a template', () => {
  /** Of the recorded kernel: which buckets of the timer wheel are met depends on it. */
  const TICK_AT_CONNECTION = 4_294_939_670;

  /** Seconds until a client's template is gone that made one connection at 0 and ended it at `held` seconds. */
  function life(
    persistence: number,
    end: 'closedByFin' | 'closedByReset',
    held: number = 0,
  ): number {
    const lab = new Lab({ firstTick: TICK_AT_CONNECTION }, persistence);
    const entry = lab.receive(5000);
    let ended = false;
    for (let second = 0; ; second++) {
      lab.at(second);
      if (!ended && second >= held) {
        lab.ipvs[end](entry);
        ended = true;
      }
      if (lab.ipvs.templateOf(lab.service, 7) < 0) return second;
    }
  }

  // Recorded once a second.
  it.each([
    [5, 'closedByFin', 0, 127],
    [10, 'closedByFin', 0, 133],
    [30, 'closedByFin', 0, 153],
    [60, 'closedByFin', 0, 184],
    [90, 'closedByFin', 0, 153],
    [119, 'closedByFin', 0, 122],
    [130, 'closedByFin', 0, 133],
    [5, 'closedByReset', 0, 66],
    [10, 'closedByReset', 0, 10],
    [30, 'closedByReset', 0, 30],
    [10, 'closedByFin', 100, 255],
  ] as const)('of %i s lasts as recorded after %s at %i s', (persistence, end, held, recorded) => {
    expect(Math.abs(life(persistence, end, held) - recorded)).toBeLessThanOrEqual(2);
  });
});
