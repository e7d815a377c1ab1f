/** Replays recorded scripts: a virtual server, changes of its servers, connections and datagrams, one after the other. */
import { parseIPv4 } from '../../src/base/ipv4.ts';
import type { Clock, Run } from './recordings.ts';
import type { Row } from '../csv.ts';
import { NOBODY, ReplayKernel, schedulerOf, USUAL_SETTINGS } from './kernel.ts';
import type { Connection } from './kernel.ts';
import { Tally } from './tally.ts';

export function replayScript(run: Run): Tally {
  return new ScriptReplay(run).tally;
}

class ScriptReplay {
  readonly tally = new Tally();
  private readonly kernel: ReplayKernel;
  private readonly open = new Map<string, Connection>();

  constructor(run: Run) {
    const [first] = run.rows;
    if (first === undefined || first.text('op') !== 'svc') {
      first?.fail('a run begins with the creation of its virtual server (op svc)');
    }
    const notes = first!.text('result');
    const expiration = /\blblcr_expiration=(\d+)/.exec(notes);
    this.kernel = new ReplayKernel({
      ...USUAL_SETTINGS,
      clock: clockIn(notes),
      expireNodestConn: first!.text('expire_nodest') === '1',
      ...(expiration === null ? {} : { lblcrExpirationNs: Number(expiration[1]) * 1e9 }),
    });
    const isUdp = run.rows.some((row) => row.text('op') === 'udp');
    for (const row of run.rows) this.step(row, isUdp);
  }

  private step(row: Row, isUdp: boolean): void {
    const { kernel, tally } = this;
    kernel.at(row.number('t_ms') * 1e6);
    const before = row.text('dests_before');
    if (before !== '') tally.snapshot(row, before, kernel.destinations);
    switch (row.text('op')) {
      case 'svc':
        this.create(row, isUdp);
        break;
      case 'svcdel':
        kernel.deleteService(row);
        break;
      case 'add':
        kernel.add(row, row.number('server'), row.number('weight'));
        break;
      case 'setw':
        kernel.setWeight(row, row.number('server'), row.number('weight'));
        break;
      case 'del':
        kernel.delete(row, row.number('server'));
        break;
      case 'one':
      case 'udp':
      case 'open':
        this.connect(row);
        break;
      case 'close_fin':
      case 'close_srv':
      case 'close_rst':
        this.close(row);
        break;
      default:
        row.fail(`op "${row.text('op')}" is not known`);
    }
  }

  private create(row: Row, isUdp: boolean): void {
    const flags = row.text('flags');
    this.kernel.create({
      ip: parseIPv4(row.text('vip')),
      port: row.number('vport'),
      protocol: isUdp ? 'UDP' : 'TCP',
      scheduler: schedulerOf(row, row.text('sched')),
      flags: { port: flags.includes('-port'), fallback: flags.includes('-fallback') },
      persistence: null,
    });
  }

  private connect(row: Row): void {
    const { kernel, tally } = this;
    const op = row.text('op');
    const connection = kernel.receive(row);
    const server = kernel.serverOf(connection.entry);
    // What was not answered at all was refused as well: the refusal got lost.
    const recorded = row.text('result') === 'NONE' ? 'REFUSED' : row.text('result');
    tally.pick(row, recorded, server === NOBODY ? 'REFUSED' : String(server));
    if (connection.entry < 0) return;
    if (op === 'one') kernel.ipvs.closedByFin(connection.entry);
    else if (op === 'open') this.open.set(row.text('conn'), connection);
  }

  private close(row: Row): void {
    const { kernel } = this;
    const connection = this.open.get(row.text('conn'));
    this.open.delete(row.text('conn'));
    if (connection === undefined || !kernel.isOpen(connection)) return;
    const { entry } = connection;
    if (row.text('op') === 'close_rst') kernel.ipvs.closedByReset(entry);
    else if (row.text('op') === 'close_srv') kernel.ipvs.closedByServer(entry);
    else kernel.ipvs.closedByFin(entry);
  }
}

function clockIn(notes: string): Clock | null {
  const match = /\bjiffies=(\d+)@([\d.]+)ms/.exec(notes);
  return match === null ? null : { tick: Number(match[1]), at: Number(match[2]) * 1e6 };
}
