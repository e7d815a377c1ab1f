import { describe, expect, it } from 'vitest';
import { IPVS_SCHEDULERS } from '../../src/contract/plan.ts';
import type { IpvsScheduler } from '../../src/contract/plan.ts';
import type { RealServer, Scheduler } from '../../src/proxy/ipvs/scheduler.ts';
import { SCHEDULERS } from '../../src/proxy/ipvs/schedulers.ts';
import { recordings } from './recordings.ts';
import type { Recording } from './recordings.ts';

interface Server extends RealServer {
  readonly name: string;
}

/** A virtual server's list with the kernel's own rules for it, around the scheduler under test. */
class Kernel {
  private readonly list: Server[] = [];
  private readonly scheduler: Scheduler;
  private readonly expireNodest: boolean;
  private readonly known = new Map<string, Server>();
  private readonly connections = new Map<string, Server>();

  constructor(scheduler: IpvsScheduler, expireNodest: boolean) {
    this.scheduler = SCHEDULERS[scheduler]!(this.list);
    this.expireNodest = expireNodest;
  }

  /** As the recordings write it. */
  get servers(): string {
    return this.list
      .map(({ name, weight, active, inactive }) => `${name}:${weight}:${active}:${inactive}`)
      .join('|');
  }

  add(name: string, weight: number): void {
    const server = this.known.get(name) ?? { name, weight, active: 0, inactive: 0 };
    server.weight = weight;
    this.known.set(name, server);
    this.list.unshift(server);
    this.scheduler.inserted(0);
  }

  delete(name: string): void {
    const index = this.indexOf(name);
    this.list.splice(index, 1);
    this.scheduler.removed(index);
    // Otherwise the server keeps its counters, and has them when it comes back.
    if (this.expireNodest) this.known.delete(name);
  }

  setWeight(name: string, weight: number): void {
    const index = this.indexOf(name);
    this.list[index]!.weight = weight;
    this.scheduler.changed(index);
  }

  open(connection: string): string {
    const index = this.scheduler.pick();
    if (index < 0) return 'REFUSED';
    const server = this.list[index]!;
    server.active++;
    this.scheduler.changed(index);
    this.connections.set(connection, server);
    return server.name;
  }

  close(connection: string): void {
    const server = this.connections.get(connection);
    if (server === undefined) return;
    this.connections.delete(connection);
    server.active--;
    server.inactive++;
    const index = this.list.indexOf(server);
    if (index >= 0) this.scheduler.changed(index);
  }

  private indexOf(name: string): number {
    return this.list.findIndex((server) => server.name === name);
  }
}

/** Replays a run; returns how many picks it held, and where it first went another way. */
function replay(scheduler: IpvsScheduler, { expireNodest, steps }: Recording): { picks: number } {
  const kernel = new Kernel(scheduler, expireNodest);
  let picks = 0;
  for (const { step, op, conn, server, weight, result, destsBefore } of steps) {
    if (destsBefore !== '') expect(kernel.servers, `step ${step}: servers`).toBe(destsBefore);
    switch (op) {
      case 'svc':
        break;
      case 'add':
        kernel.add(server, weight);
        break;
      case 'setw':
        kernel.setWeight(server, weight);
        break;
      case 'del':
        kernel.delete(server);
        break;
      case 'one':
      case 'open':
        expect(kernel.open(conn), `step ${step}: pick`).toBe(result);
        picks++;
        if (op === 'one') kernel.close(conn);
        break;
      case 'close_fin':
      case 'close_srv':
      case 'close_rst':
        kernel.close(conn);
        break;
      default:
        expect.unreachable(`step ${step}: unknown operation ${op}`);
    }
  }
  return { picks };
}

// Both schedulers tell weights only by whether they are 0, so that runs with unequal weights count too.
describe.each(IPVS_SCHEDULERS)('%s', (scheduler) => {
  const runs = recordings(scheduler);

  it.each(runs.map((run) => [run.run, run] as const))('picks as the kernel did in %s', (_, run) => {
    expect(replay(scheduler, run).picks).toBeGreaterThan(150);
  });
});
