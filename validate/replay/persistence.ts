/**
 * Replays recorded runs of persistent virtual servers: connections of clients over minutes, and what the kernel showed of
 * their templates, after each connection and once a second.
 */
import { parseIPv4 } from '../../src/base/ipv4.ts';
import type { Protocol } from '../../src/contract/plan.ts';
import type { Clock, Run } from './recordings.ts';
import type { Row } from '../csv.ts';
import { HZ, NOBODY, ReplayKernel, schedulerOf, USUAL_SETTINGS } from './kernel.ts';
import type { Connection } from './kernel.ts';
import { Tally } from './tally.ts';

const UDP_TIMEOUT_NS = 15e9;

/** `samples`: the rows of the run's templates, if there are any; `instants`: when templates were looked at, s. */
export function replayPersistence(
  run: Run,
  clock: Clock | null,
  samples: readonly Row[],
): { readonly own: Tally; readonly sampled: Tally } {
  const replay = new PersistenceReplay(run, clock);
  const rows = [...run.rows, ...samples].sort((a, b) => a.number('t_s') - b.number('t_s'));
  const isSample = new Set(samples);
  for (const row of rows) {
    if (isSample.has(row)) replay.sample(row);
    else replay.step(row);
  }
  return { own: replay.own, sampled: replay.sampled };
}

class PersistenceReplay {
  readonly own = new Tally();
  readonly sampled = new Tally();
  private readonly kernel: ReplayKernel;
  private readonly held = new Map<string, Connection>();

  constructor(run: Run, clock: Clock | null) {
    const [first] = run.rows;
    const says = (setting: string, name: string): boolean =>
      first!.text(setting) === '1' || run.name.endsWith(`${name}1`);
    this.kernel = new ReplayKernel({
      ...USUAL_SETTINGS,
      clock,
      expireNodestConn: says('expire_nodest', 'nodest'),
      expireQuiescentTemplate: says('expire_quiescent', 'quiescent'),
      udpTimeoutNs: UDP_TIMEOUT_NS,
    });
    this.create(first!, run.name);
  }

  step(row: Row): void {
    const { kernel } = this;
    kernel.at(row.number('t_s') * 1e9);
    switch (row.text('op')) {
      case 'add':
        kernel.add(row, row.number('result'), 1);
        break;
      case 'setw':
        kernel.setWeight(row, row.number('result'), weightIn(row));
        break;
      case 'del':
        kernel.delete(row, row.number('result'));
        break;
      case 'conn':
        this.connect(row);
        break;
      case 'close':
        this.closeHeld(row);
        break;
      case 'look':
        break;
      default:
        row.fail(`op "${row.text('op')}" is not known`);
    }
    if (/^(conn|look|close)$/.test(row.text('op'))) {
      this.own.snapshot(
        row,
        row.text('tmpl_server') || 'none',
        this.describe(row, row.text('client_ip')).server,
      );
    }
  }

  /** A row of the templates: what one looked like at an instant. */
  sample(row: Row): void {
    this.kernel.at(row.number('t_s') * 1e9);
    const { server, seconds, controlled } = this.describe(row, row.text('client_net'));
    const expected = `server ${row.text('server')}, ${row.text('expires_s')} s, ${row.text('controlled_entries')} entries`;
    this.sampled.snapshot(row, expected, `server ${server}, ${seconds} s, ${controlled} entries`);
  }

  private create(row: Row, name: string): void {
    const scheduler = row.text('sched') || (name.startsWith('sh-') ? 'sh' : 'rr');
    const netmask = row.text('netmask') || '255.255.255.255';
    this.kernel.create({
      ip: parseIPv4(row.text('vip')),
      port: row.number('vport'),
      protocol: row.text('proto') as Protocol,
      scheduler: schedulerOf(row, scheduler),
      flags: { port: false, fallback: false },
      persistence: { timeout: row.number('persist_s') * 1e9, netmask: parseIPv4(netmask) },
    });
  }

  private connect(row: Row): void {
    const { kernel } = this;
    const connection = kernel.receive(row);
    const server = kernel.serverOf(connection.entry);
    this.own.pick(row, row.text('result'), server === NOBODY ? 'REFUSED' : String(server));
    if (connection.entry < 0 || row.text('proto') === 'UDP') return;
    if (row.text('close') === 'hold') this.held.set(row.text('client_ip'), connection);
    else this.close(connection, row.text('close'));
  }

  private closeHeld(row: Row): void {
    const connection = this.held.get(row.text('client_ip'));
    if (connection === undefined) {
      return row.fail('the client holds no connection at this point of the run');
    }
    this.held.delete(row.text('client_ip'));
    this.close(connection, row.text('close'));
  }

  private close(connection: Connection, how: string): void {
    const { kernel } = this;
    if (!kernel.isOpen(connection)) return;
    if (how === 'rst') kernel.ipvs.closedByReset(connection.entry);
    else kernel.ipvs.closedByFin(connection.entry);
  }

  private describe(
    row: Row,
    client: string,
  ): { server: string; seconds: number; controlled: number } {
    const { kernel } = this;
    const template = kernel.template(row, client);
    if (template < 0) return { server: 'none', seconds: 0, controlled: 0 };
    return {
      server: String(kernel.serverOf(template)),
      seconds: Math.max(0, Math.floor(kernel.ipvs.entries.remaining(template) / HZ)),
      controlled: kernel.ipvs.entries.table.controlOf(template),
    };
  }
}

function weightIn(row: Row): number {
  const match = /weight=(\d+)/.exec(row.text('note'));
  return match === null ? row.fail('note: no weight=N') : Number(match[1]);
}
