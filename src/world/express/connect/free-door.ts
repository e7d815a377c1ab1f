/**
 * A door that need not be told when connections close: the rules pick by chance, by turns or by the client's address. Source
 * ports and entries of conntrack are given out as long as there are plenty of them.
 *
 * IPVS keeps an entry of each connection, by turns or not. None is needed as long as no source port is dealt again while there
 * would be one (see limits.ts), no server goes, and no sessions stick. Otherwise the door is too lax.
 */
import type { World } from '../../world.ts';
import { Door } from './door.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient } from '../lane-client.ts';
import { LaneFlow } from './lane-flow.ts';
import {
  ARRIVED,
  CLIENT,
  CONNECTION,
  COST,
  FACTS,
  HOP,
  INSERTED,
  POD,
  REPLICA,
  RESOLVED,
  ROWS,
  TIMES,
} from '../layout.ts';
import { sitesOf, type LaneSite } from './lane-site.ts';
import { Limits } from './limits.ts';

export class FreeDoor extends Door {
  private readonly flow: LaneFlow = new LaneFlow();
  /** By client and replica: where it meets rules. */
  private readonly sites: readonly (readonly LaneSite[])[];
  private readonly isOneSite: boolean;
  /** Of flows that rules decide together: pods and costs. */
  private pods: Int32Array = new Int32Array(256);
  private costs: Float64Array = new Float64Array(256);
  private readonly limits: Limits;
  /** Whether any of the rules would remember connections. */
  private readonly isForgetful: boolean;

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    this.sites = sitesOf(world, clients);
    this.isOneSite = new Set(this.sites.flat()).size === 1;
    this.limits = new Limits(world, journeys, clients);
    this.isForgetful = this.sites.flat().some(({ remembers }) => remembers);
  }

  override connect(rows: Int32Array, from: number, to: number): void {
    if (!this.limits.enter(rows, from, to)) this.giveUp(this.isForgetful);
    this.takesTime = false;
    for (let i = from; i < to && !this.isInDoubt;) {
      const site = this.siteOf(rows[i]);
      const end = this.endOfRun(site, rows, i, to);
      if (!this.connectMany(site, rows, i, end)) this.connectEach(site, rows, i, end);
      i = end;
    }
  }

  private siteOf(row: number): LaneSite {
    const { facts } = this.journeys;
    return this.sites[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
  }

  /** Up to where journeys from `from` on meet the same rules, and these do not change in between. */
  private endOfRun(site: LaneSite, rows: Int32Array, from: number, to: number): number {
    const { queue } = this.world;
    const { times } = this.journeys;
    const { proxy } = site;
    queue.now = times[rows[from] * TIMES + RESOLVED] as typeof queue.now;
    proxy.keepUp();
    const until = proxy.unchangedUntil;
    if (this.isOneSite && times[rows[to - 1] * TIMES + RESOLVED] < until) return to;
    let end = from + 1;
    while (
      end < to &&
      times[rows[end] * TIMES + RESOLVED] < until &&
      this.siteOf(rows[end]) === site
    )
      end++;
    return end;
  }

  /** A run of journeys, whose pods the rules pick together. False: they do not. */
  private connectMany(site: LaneSite, rows: Int32Array, from: number, to: number): boolean {
    const { delay, rules, isOfPods } = site;
    const count = to - from;
    if (rules.openMany === undefined) return false;
    if (count > this.pods.length) this.makeRoom(count);
    if (!rules.openMany(count, this.pods, this.costs, isOfPods)) return false;
    if (delay < 0 || this.journeys.workloads > 1) this.setOutEach(rows, from, to);
    else this.setOutAll(site, rows, from, to);
    return true;
  }

  /** They set out for the pods that were picked. */
  private setOutEach(rows: Int32Array, from: number, to: number): void {
    const { clients, pods, costs } = this;
    const { times, facts } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const client = clients[facts[row * FACTS + CLIENT]];
      const replica = client.replicas[facts[row * FACTS + REPLICA]];
      const pod = pods[i - from];
      times[row * TIMES + COST] = costs[i - from];
      this.setOutFor(row, pod, replica.delayTo(pod), client);
    }
  }

  /** The same, where all have one way and one demand. */
  private setOutAll(site: LaneSite, rows: Int32Array, from: number, to: number): void {
    const { world, pods, costs } = this;
    const { times, facts } = this.journeys;
    const { delay, handshakeLimit } = site;
    const threeWays = 3 * delay;
    const first = world.connectionsOpened;
    const count = to - from;
    let dearest = 0;
    for (let i = 0; i < count; i++) {
      const number = rows[from + i] & ROWS;
      const row = number * TIMES;
      const fact = number * FACTS;
      const cost = costs[i];
      const leaves = times[row + RESOLVED];
      const arrives = leaves + cost + threeWays;
      facts[fact + CONNECTION] = first + i;
      facts[fact + POD] = pods[i];
      times[row + COST] = cost;
      times[row + HOP] = delay;
      times[row + ARRIVED] = arrives;
      if (delay > 0) times[row + INSERTED] = arrives - delay;
      else if (cost > 0) times[row + INSERTED] = leaves;
      if (cost > dearest) dearest = cost;
    }
    world.connectionsOpened += count;
    if (dearest > 0 && dearest + delay > handshakeLimit) this.isInDoubt = true;
    if (dearest + delay > 0) this.takesTime = true;
  }

  private connectEach(site: LaneSite, rows: Int32Array, from: number, to: number): void {
    const { clients, flow } = this;
    if (site.remembers) this.giveUp(true);
    const { times, facts } = this.journeys;
    for (let i = from; i < to && !this.isInDoubt; i++) {
      const row = rows[i];
      const client = clients[facts[row * FACTS + CLIENT]];
      const replica = client.replicas[facts[row * FACTS + REPLICA]];
      const now = times[row * TIMES + RESOLVED];
      if (this.isForwarded(flow, replica, now)) this.setOut(row, flow, client, replica);
      else this.isInDoubt = true;
    }
  }

  private giveUp(isTooLax: boolean): void {
    this.isInDoubt = true;
    this.isTooLax = isTooLax;
  }

  private makeRoom(flows: number): void {
    this.pods = new Int32Array(2 * flows);
    this.costs = new Float64Array(2 * flows);
  }

  override served(rows: Int32Array, from: number, to: number): void {
    this.limits.leave(rows, from, to);
  }

  override upTo(_instant: number): void {
    // Nobody asks what has closed.
  }
}
