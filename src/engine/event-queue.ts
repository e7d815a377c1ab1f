/**
 * The clock and the pending events of one run.
 *
 * Order is total: events fire by time, then phase, then insertion. An event is a pooled object that
 * knows how to `fire()`, with a slot of its own in the queue, so that scheduling, firing and cancelling
 * allocate nothing once a run is warm.
 *
 * Delays that vary go to a ladder queue. Constant delays (network hops, timeouts) leave in the
 * order in which they came, so each constant has a *delay line*: a linked FIFO that stands in the ladder as one
 * entry, for its head. Joining, leaving and cancelling cost O(1) there, and a cancelled event is gone
 * at once from either structure.
 */
import { assert } from '../base/assert.ts';
import type { Duration, Instant } from '../base/time.ts';
import { Ladder, Slot, SlotList } from './ladder.ts';
import { Trajectory } from './trajectory.ts';

/** What fires first among events of the same instant. */
export const PHASE_CONTROL = 0;
export const PHASE_DATA = 1;

/** The group of delay lines, whose entries are not events. */
const LINES = 4;

/** Sequence numbers stay below this, so that phase × stride + sequence orders by phase, then insertion, exactly. */
const PHASE_STRIDE = 2 ** 51;

/** The order of the entry that is inserted as number `sequence`, among those of its instant. */
const orderOf = (phase: number, sequence: number): number => phase * PHASE_STRIDE + sequence;

/** Something that happens at an instant. Made once, scheduled any number of times, pending at most once at a time. */
export abstract class SimEvent {
  /** Its place in the queue. */
  readonly entry: Slot<SimEvent>;
  /**
   * A number for the trajectory's digest: negative, in the order of making. Who stands for one thing after the other
   * gives itself the number of what it stands for.
   */
  id: number;

  /**
   * @param frequent a class of events that fires all the time: such classes get a call site of their own in the
   * queue, 1 to 3. A call site remembers few classes; one that has met too many looks each up anew. 4: a delay line.
   * @param id of who gives itself numbers: the first
   */
  constructor(
    queue: EventQueue,
    frequent: 0 | 1 | 2 | 3 | typeof LINES = 0,
    id: number = ~queue.made++,
  ) {
    this.id = id;
    this.entry = new Slot<SimEvent>(this, frequent);
  }

  /** Called when its time has come; the event is no longer pending then, so it may schedule itself again. */
  abstract fire(): void;
}

/** Events that all wait equally long: a FIFO. Make it with `EventQueue.line`. */
export class DelayLine extends SimEvent {
  readonly delay: Duration;
  readonly phase: number;
  readonly waiting: SlotList<SimEvent> = new SlotList();
  private readonly queue: EventQueue;

  constructor(queue: EventQueue, delay: Duration, phase: number) {
    super(queue, LINES);
    this.queue = queue;
    this.delay = delay;
    this.phase = phase;
  }

  /** Fires the head, unless the one for which the entry stood has been cancelled, and enters the next one. */
  override fire(): void {
    this.queue.advance(this);
  }
}

export class EventQueue {
  /** The instant of the event that fires now. */
  now: Instant = -0 as Instant;
  /** Events fired so far, and made so far. */
  fired: number = 0;
  made: number = 0;

  /** Numbers given out so far in the order of insertion. */
  sequence: number = 0;
  /** Digest of everything that fired. */
  readonly passed: Trajectory = new Trajectory();

  private readonly lines: DelayLine[] = [];
  private readonly ladder: Ladder<SimEvent> = new Ladder();

  /** Entries in the ladder: one an event that waits by itself, one a line that anybody waits in. */
  get ladderSize(): number {
    return this.ladder.size;
  }

  isPending(event: SimEvent): boolean {
    return event.entry.held || event.entry.list !== null;
  }

  /** Schedules `event` to fire at `at` (whole ns), which must not lie in the past. */
  schedule(event: SimEvent, at: number, phase: number = PHASE_DATA): void {
    this.scheduleEntry(event.entry, at, phase);
  }

  /**
   * Schedules the event of this entry. For events that are scheduled all the time: where their own class
   * is known, getting at the entry costs nothing.
   */
  scheduleEntry(entry: Slot<SimEvent>, at: number, phase: number = PHASE_DATA): void {
    assert(!entry.held && entry.list === null, 'an event was scheduled while it was pending');
    entry.at = at;
    this.add(entry, phase);
  }

  /** The line for a constant delay; one a delay and phase, so equal delays share it. */
  line(delay: Duration, phase: number = PHASE_DATA): DelayLine {
    for (const line of this.lines) {
      if (line.delay === delay && line.phase === phase) return line;
    }
    const line = new DelayLine(this, delay, phase);
    this.lines.push(line);
    return line;
  }

  /** Schedules `event` to fire when the delay of `line` has passed. */
  scheduleIn(line: DelayLine, event: SimEvent): void {
    this.scheduleEntryIn(line, event.entry);
  }

  /** As scheduleEntry, for a delay line. */
  scheduleEntryIn(line: DelayLine, entry: Slot<SimEvent>): void {
    assert(!entry.held && entry.list === null, 'an event was scheduled while it was pending');
    entry.at = this.now + line.delay;
    entry.order = orderOf(line.phase, this.sequence++);
    line.waiting.push(entry);
    // After a cancellation the line may still stand in the ladder, too early: it is put right when its turn comes.
    if (!line.entry.held) this.enter(line);
  }

  /** Takes a pending event back; one that is not pending stays as it is. */
  cancel(event: SimEvent): void {
    const slot = event.entry;
    if (slot.held) this.ladder.remove(slot);
    else if (slot.list !== null) slot.list.remove(slot);
  }

  /**
   * Takes a pending event back that was scheduled in PHASE_DATA, and returns the number of its insertion; its
   * entry goes on to say when it was due.
   */
  withdraw(event: SimEvent): number {
    this.cancel(event);
    return event.entry.order - orderOf(PHASE_DATA, 0);
  }

  /**
   * Fires at most `limit` events, those before `until` only (an event at `until` does not fire).
   * Returns how many fired; fewer than `limit` means that nothing is left before `until`.
   */
  run(limit: number, until: number): number {
    const start = this.fired;
    const end = start + limit;
    while (this.fired < end) {
      const slot = this.ladder.first();
      if (slot === null || slot.at >= until) break;
      this.turnTo(slot);
    }
    return this.fired - start;
  }

  /** When the next entry is due, ns; Infinity where nothing is pending. */
  nextAt(): number {
    return this.ladder.first()?.at ?? Infinity;
  }

  /**
   * Whether the next entry comes before one for the same instant, of PHASE_DATA, that was inserted as number
   * `sequence` into a structure beside this queue. Such structures take their numbers from `sequence`.
   */
  nextComesBefore(sequence: number): boolean {
    return this.ladder.first()!.order < orderOf(PHASE_DATA, sequence);
  }

  /** Takes the next entry, if there is one. Returns how many events fired: none for a line whose head was cancelled. */
  runEntry(): number {
    const start = this.fired;
    const slot = this.ladder.first();
    if (slot !== null) this.turnTo(slot);
    return this.fired - start;
  }

  /** Moves the clock to `at`, before which nothing is pending. */
  advanceTo(at: Instant): void {
    assert(at >= this.now, 'the clock was set back');
    this.now = at;
  }

  /** Hexadecimal digest of everything that fired, and when. */
  trajectory(): string {
    return this.passed.hex();
  }

  /** For a line whose entry has come up: see DelayLine.fire. */
  advance(line: DelayLine): void {
    const { waiting } = line;
    const { first } = waiting;
    if (first === null) return;
    if (first.order !== line.entry.order) {
      this.enter(line);
      return;
    }
    waiting.remove(first);
    if (waiting.first !== null) this.enter(line);
    this.fire(first);
  }

  private turnTo(slot: Slot<SimEvent>): void {
    this.ladder.take(slot);
    if (slot.group === LINES) slot.owner.fire();
    else this.fire(slot);
  }

  protected fire(slot: Slot<SimEvent>): void {
    const { owner } = slot;
    this.now = slot.at as Instant;
    this.fired++;
    this.passed.pass(slot.at, owner.id);
    // One call, written once for each kind of class: see SimEvent's constructor.
    switch (slot.group) {
      case 1:
        owner.fire();
        break;
      case 2:
        owner.fire();
        break;
      case 3:
        owner.fire();
        break;
      default:
        owner.fire();
    }
  }

  // The time is in the entry: as an argument it would be a number on the heap.
  private add(entry: Slot<SimEvent>, phase: number): void {
    assert(entry.at >= this.now, 'an event was scheduled in the past');
    entry.order = orderOf(phase, this.sequence++);
    this.ladder.add(entry);
  }

  /** Puts a line into the ladder at the key of its head. */
  private enter(line: DelayLine): void {
    const head = line.waiting.first!;
    line.entry.at = head.at;
    line.entry.order = head.order;
    this.ladder.add(line.entry);
  }
}
