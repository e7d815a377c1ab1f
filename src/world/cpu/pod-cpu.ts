/**
 * The CPU time of a pod's requests: its cgroup, as the kernel's scheduler treats it.
 *
 * Each request with a worker is a thread that first needs CPU time, a share of its service time, and then waits
 * for the rest. Threads share the pod's cores alike and have at most one each (processor sharing), so that one number
 * says how far all of them are: a thread that came at progress p and needs c is done at p + c. A limit is a quota of CPU
 * time a period of 100 ms, on a grid that the kernel begins at a random phase; once it is used up, all
 * threads stop until the next period (linux: Documentation/scheduler/sched-bwc.rst; kernel/sched/fair.c). One event is
 * pending per pod: whichever is next of a thread that is done, the quota's end, the next period.
 *
 * Left out: the slices of 5 ms in which the kernel hands quota to each core, of which up to 1 ms stays there for the
 * next period; throttling that is noticed only at a tick; latency of the scheduler itself, and which thread of
 * several on a core runs first; what a container uses beside its requests.
 */
import { MILLISECOND } from '../../base/time.ts';
import { SimEvent, type EventQueue } from '../../engine/event-queue.ts';
import { FinishingOrder } from './finishing-order.ts';
import type { CpuGroup, NodeCpu } from './node-cpu.ts';
import type { Thread } from './thread.ts';

/** cpu.cfs_period_us, as the kubelet sets it (its --cpu-cfs-quota-period). */
export const QUOTA_PERIOD_NS: number = 100 * MILLISECOND;

/** What the kubelet makes of requests and limits, in thousandths of a core (pkg/kubelet/cm/helpers_linux.go). */
const SHARES_MIN = 2;
const sharesOf = (milli: number): number => Math.max(SHARES_MIN, Math.floor((milli * 1024) / 1000));
const QUOTA_MIN_NS = MILLISECOND;
const quotaOf = (milli: number): number => Math.max(QUOTA_MIN_NS, (milli * QUOTA_PERIOD_NS) / 1000);
const milliOf = (cores: number): number => Math.round(cores * 1000);

/**
 * Sums of doubles that stand for whole ns are taken as such when they are off by less, in ns; CPU time below the other
 * is none. An event comes early by less than the one, so that the other, which is more, always takes it forward.
 */
const ROUNDING_NS = 1e-3;
const NOTHING_NS = 2e-3;

export interface PodCpuFacts {
  /** 0–1: the part of a service time that is CPU time. */
  readonly share: number;
  /** Cores; null: none is set. */
  readonly request: number | null;
  readonly limit: number | null;
  /** When the first period of the quota begins, ns: below one period. */
  readonly phase: number;
}

/** What cpuacct.usage and cpu.stat say. */
export interface CpuUsage {
  /** CPU time, ns × cores. */
  readonly usedNs: number;
  /** Periods with a thread that could have run, those in which the quota was used up, and time stopped, ns. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledNs: number;
}

export class PodCpu extends SimEvent implements CpuGroup {
  readonly weight: number;
  runnable: number = 0;
  // Doubles from the start: none of these is a small integer.
  cores: number = -0;
  private readonly share: number;
  /** Infinity: no limit. */
  private readonly quota: number;
  private readonly phase: number;
  private readonly queue: EventQueue;
  private readonly node: NodeCpu;
  private readonly threads: FinishingOrder = new FinishingOrder();
  /** CPU time that each thread has had which was there all the time, ns; begins anew when nobody is. */
  private progress = -0;
  /** Up to when the books are kept. */
  private since = -0;
  private quotaLeft: number;
  private periodEnd: number;
  protected throttled: boolean = false;
  /** Within fire(), which looks ahead once at its end. */
  private firing = false;

  private used = -0;
  private periods = 0;
  private throttledPeriods = 0;
  private throttledNs = -0;
  /** The end of the last period that was counted. */
  private countedUpTo = -Infinity;

  constructor(queue: EventQueue, node: NodeCpu, facts: PodCpuFacts) {
    super(queue);
    this.queue = queue;
    this.node = node;
    this.share = facts.share;
    this.weight = sharesOf(milliOf(facts.request ?? 0));
    this.quota = facts.limit === null ? Infinity : quotaOf(milliOf(facts.limit));
    this.phase = facts.phase;
    this.quotaLeft = this.quota;
    this.since = queue.now;
    this.periodEnd = this.endOfPeriod(queue.now);
  }

  /** A worker takes a request that needs `demandNs` of service (whole ns): CPU time first, then the rest. */
  begin(thread: Thread, demandNs: number): void {
    const cpuNs = Math.round(demandNs * this.share);
    if (cpuNs === 0) {
      thread.beginService(demandNs);
      return;
    }
    thread.beginOnCpu(demandNs - cpuNs, cpuNs);
    this.advance();
    if (this.threads.size === 0) this.progress = -0;
    this.threads.push(thread, this.progress + cpuNs);
    this.settle();
  }

  /** The process has died, and its threads with it. */
  clear(): void {
    this.advance();
    this.threads.clear();
    this.settle();
  }

  /** What it has used up to now. */
  usage(): CpuUsage {
    this.advance();
    const { used: usedNs, periods, throttledPeriods, throttledNs } = this;
    return { usedNs, periods, throttledPeriods, throttledNs };
  }

  override fire(): void {
    this.advance();
    this.firing = true;
    // One that is done may bring the next, here or at another pod of the node.
    while (this.threads.size > 0 && this.threads.first - this.progress < NOTHING_NS) {
      this.threads.pop().cpuSpent();
    }
    this.firing = false;
    this.settle();
  }

  /** Keeps the books from when they were last kept up to now, over which its cores have been the same. */
  advance(): void {
    const { now } = this.queue;
    const span = now - this.since;
    if (span === 0) return;
    let use = this.cores * span;
    if (this.quota < Infinity) {
      if (this.threads.size > 0) this.countPeriods(now);
      if (this.throttled) this.throttledNs += span;
      let usable = this.quotaLeft;
      let inPeriod = use;
      if (now >= this.periodEnd) {
        this.periodEnd = this.endOfPeriod(now);
        usable = this.quota;
        inPeriod = this.cores * (now - Math.max(this.since, this.periodEnd - QUOTA_PERIOD_NS));
      }
      // The event that stops it may be a fraction of a ns late.
      if (inPeriod > usable) use -= inPeriod - usable;
      this.quotaLeft = Math.max(0, usable - inPeriod);
    }
    this.since = now;
    if (use === 0) return;
    this.used += use;
    this.progress += use / this.runnable;
  }

  coresChanged(): void {
    if (!this.firing) this.lookAhead();
  }

  /** Its threads or its quota have changed: so may its cores have. */
  protected settle(): void {
    if (this.firing) return;
    const { size } = this.threads;
    const throttled = size > 0 && this.quotaLeft < NOTHING_NS * size;
    if (throttled && !this.throttled) this.throttledPeriods++;
    this.throttled = throttled;
    const before = this.runnable;
    this.runnable = throttled ? 0 : size;
    if (this.runnable !== before) this.node.changed(this, before);
    this.lookAhead();
  }

  /** Schedules its event for what happens next. */
  private lookAhead(): void {
    const { queue } = this;
    const next = this.nextAt();
    if (queue.isPending(this)) {
      if (this.entry.at === next) return;
      queue.cancel(this);
    }
    if (next < Infinity) queue.schedule(this, next);
  }

  private nextAt(): number {
    if (this.threads.size === 0) return Infinity;
    if (this.throttled) return this.periodEnd;
    const toRun = this.threads.first - this.progress;
    return (
      this.since + wholeNs(Math.min((toRun * this.runnable) / this.cores, this.untilQuotaEnds()))
    );
  }

  /** Until its threads have used up a quota, if they go on as they do now, ns. */
  private untilQuotaEnds(): number {
    const { cores, quota } = this;
    const inThis = this.quotaLeft / cores;
    const left = this.periodEnd - this.since;
    if (inThis < left) return inThis;
    return quota < cores * QUOTA_PERIOD_NS ? left + quota / cores : Infinity;
  }

  /** The period of the instant `at` ends then; one that begins at `at` is the period of it. */
  private endOfPeriod(at: number): number {
    const passed = Math.floor((at - this.phase) / QUOTA_PERIOD_NS);
    return this.phase + (passed + 1) * QUOTA_PERIOD_NS;
  }

  /** It has had threads since the books were last kept. */
  private countPeriods(now: number): void {
    const first = Math.max(this.endOfPeriod(this.since) - QUOTA_PERIOD_NS, this.countedUpTo);
    const last = this.endOfPeriod(now - 1);
    if (last <= first) return;
    this.periods += Math.round((last - first) / QUOTA_PERIOD_NS);
    this.countedUpTo = last;
  }
}

/** The first whole number of ns that is not before a moment. */
function wholeNs(ns: number): number {
  return Math.ceil(ns - ROUNDING_NS);
}
