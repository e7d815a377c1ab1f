import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/base/assert.ts';
import type { Duration, Instant } from '../../src/base/time.ts';
import { EventQueue, PHASE_CONTROL, PHASE_DATA, SimEvent } from '../../src/engine/event-queue.ts';
import { RandomStream } from '../../src/engine/random.ts';

class Noted extends SimEvent {
  private readonly act: () => void;

  constructor(queue: EventQueue, act: () => void) {
    super(queue);
    this.act = act;
  }

  override fire(): void {
    this.act();
  }
}

const span = (value: number): Duration => value as Duration;

/** A queue and the labels of what fired in it, each with its instant. */
function recorder(): {
  queue: EventQueue;
  fired: string[];
  event: (label: string, act?: () => void) => SimEvent;
} {
  const queue = new EventQueue();
  const fired: string[] = [];
  const event = (label: string, act?: () => void): SimEvent =>
    new Noted(queue, () => {
      fired.push(`${label}@${queue.now}`);
      act?.();
    });
  return { queue, fired, event };
}

describe('the order of events', () => {
  it('is by time, then phase, then insertion', () => {
    const { queue, fired, event } = recorder();
    queue.schedule(event('late'), 20);
    queue.schedule(event('data 1'), 10, PHASE_DATA);
    queue.schedule(event('control'), 10, PHASE_CONTROL);
    queue.schedule(event('data 2'), 10);
    queue.run(100, Infinity);
    expect(fired).toEqual(['control@10', 'data 1@10', 'data 2@10', 'late@20']);
  });

  it('holds between delay lines and what is scheduled one by one', () => {
    const { queue, fired, event } = recorder();
    const ten = queue.line(span(10));
    queue.schedule(event('a'), 10);
    queue.scheduleIn(ten, event('b'));
    queue.schedule(event('c'), 10);
    queue.scheduleIn(ten, event('d'));
    queue.scheduleIn(queue.line(span(10), PHASE_CONTROL), event('e'));
    queue.run(100, Infinity);
    expect(fired).toEqual(['e@10', 'a@10', 'b@10', 'c@10', 'd@10']);
  });

  it('lets an event add others at its own instant', () => {
    const { queue, fired, event } = recorder();
    const follower = event('follower');
    const urgent = event('urgent');
    queue.schedule(
      event('first', () => {
        queue.schedule(follower, queue.now);
        queue.schedule(urgent, queue.now, PHASE_CONTROL);
      }),
      5,
    );
    queue.schedule(event('second'), 5);
    queue.run(100, Infinity);
    expect(fired).toEqual(['first@5', 'urgent@5', 'second@5', 'follower@5']);
  });

  it('keeps to insertion among many at one instant', () => {
    const { queue, fired, event } = recorder();
    const labels = Array.from({ length: 500 }, (_, i) => `${i}`);
    const sooner = Array.from({ length: 60 }, (_, i) => i);
    for (const time of sooner) queue.schedule(event('sooner'), time);
    for (const label of labels) queue.schedule(event(label), 1e6);
    queue.run(1000, Infinity);
    expect(fired.slice(sooner.length)).toEqual(labels.map((label) => `${label}@1000000`));
  });

  it('is right for thousands, near and far, some of which leave again', () => {
    const { queue, fired, event } = recorder();
    const random = RandomStream.open(1, 'times');
    const made = Array.from({ length: 20_000 }, (_, i) => {
      const far = random.next() < 0.01 ? 1e12 : 1e6;
      const time = Math.floor(random.next() * far);
      const one = event(String(i));
      queue.schedule(one, time);
      return { one, i, time, leaves: random.next() < 0.3 };
    });
    for (const { one, leaves } of made) if (leaves) queue.cancel(one);
    queue.run(1e6, Infinity);
    const stay = made.filter(({ leaves }) => !leaves);
    stay.sort((a, b) => a.time - b.time || a.i - b.i);
    expect(fired).toEqual(stay.map(({ i, time }) => `${i}@${time}`));
  });
});

describe('running', () => {
  it('stops before `until`, which does not fire, and at the limit', () => {
    const { queue, fired, event } = recorder();
    for (const time of [1, 2, 3, 4]) queue.schedule(event('e'), time);
    expect(queue.run(10, 3)).toBe(2);
    expect(queue.run(1, 10)).toBe(1);
    expect(fired).toEqual(['e@1', 'e@2', 'e@3']);
    expect(queue.run(10, 4)).toBe(0);
    expect(queue.run(10, 5)).toBe(1);
    expect(queue.fired).toBe(4);
  });

  it('moves the clock only with events and when told to', () => {
    const { queue, event } = recorder();
    queue.schedule(event('e'), 50);
    queue.run(10, 40);
    expect(queue.now + 0).toBe(0);
    queue.advanceTo(40 as Instant);
    expect(queue.now).toBe(40);
    expect(() => queue.advanceTo(39 as Instant)).toThrow(InvariantError);
  });

  it('refuses the past, and an event that is pending already', () => {
    const { queue, event } = recorder();
    const one = event('one');
    const line = queue.line(span(5));
    queue.advanceTo(10 as Instant);
    expect(() => queue.schedule(one, 9)).toThrow(/past/);
    queue.schedule(one, 10);
    expect(() => queue.schedule(one, 20)).toThrow(/pending/);
    expect(() => queue.scheduleIn(line, one)).toThrow(/pending/);
    const other = event('other');
    queue.scheduleIn(line, other);
    expect(() => queue.schedule(other, 20)).toThrow(/pending/);
  });
});

describe('cancelling', () => {
  it('takes back an event, wherever it waits, and lets it be scheduled anew', () => {
    const { queue, fired, event } = recorder();
    const line = queue.line(span(5));
    const [head, middle, tail, alone] = ['head', 'middle', 'tail', 'alone'].map((l) => event(l));
    for (const one of [head, middle, tail]) queue.scheduleIn(line, one!);
    queue.schedule(alone!, 3);
    for (const one of [head, middle, alone]) queue.cancel(one!);
    expect([head, middle, tail, alone].map((one) => queue.isPending(one!))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    queue.schedule(middle!, 4);
    queue.scheduleIn(line, head!);
    queue.run(10, Infinity);
    expect(fired).toEqual(['middle@4', 'tail@5', 'head@5']);
  });

  it('does nothing to an event that is not pending, or that is firing', () => {
    const { queue, fired, event } = recorder();
    const one: SimEvent = event('one', () => queue.cancel(one));
    queue.cancel(one);
    queue.schedule(one, 1);
    queue.run(10, Infinity);
    queue.cancel(one);
    expect(fired).toEqual(['one@1']);
  });

  it('leaves no dead timeouts behind: a million set and taken back, and the queue is as small as before', () => {
    const queue = new EventQueue();
    const timeout = queue.line(span(1e9));
    let largest = 0;
    let left = 1_000_000;
    const timers = [0, 1, 2].map(() => new Noted(queue, () => expect.unreachable('a timeout')));
    const work: SimEvent = new Noted(queue, () => {
      const timer = timers[left % timers.length]!;
      queue.cancel(timer);
      if (--left === 0) {
        timers.forEach((one) => queue.cancel(one));
        return;
      }
      queue.scheduleIn(timeout, timer);
      queue.schedule(work, queue.now + 100);
      largest = Math.max(largest, queue.ladderSize);
    });
    queue.schedule(work, 0);
    queue.run(Infinity, Infinity);
    expect(left).toBe(0);
    // The work itself, and the line as a whole.
    expect(largest).toBe(2);
  });
});

describe('a delay line', () => {
  it('is one for each delay and phase', () => {
    const queue = new EventQueue();
    const line = queue.line(span(5));
    expect(queue.line(span(5))).toBe(line);
    expect(queue.line(span(6))).not.toBe(line);
    expect(queue.line(span(5), PHASE_CONTROL)).not.toBe(line);
  });

  it('takes one place in the ladder, however many wait in it', () => {
    const { queue, event } = recorder();
    const line = queue.line(span(5));
    for (let i = 0; i < 100; i++) queue.scheduleIn(line, event(`${i}`));
    expect(queue.ladderSize).toBe(1);
    expect(queue.run(1000, Infinity)).toBe(100);
    expect(queue.ladderSize).toBe(0);
  });
});

describe('the trajectory', () => {
  const trajectory = (times: readonly number[]): string => {
    const { queue, event } = recorder();
    for (const time of times) queue.schedule(event('e'), time);
    queue.run(100, Infinity);
    return queue.trajectory();
  };

  it('tells what fired when', () => {
    const same = trajectory([1, 2, 3]);
    expect(trajectory([1, 2, 3])).toBe(same);
    expect(trajectory([1, 2, 4])).not.toBe(same);
    expect(trajectory([1, 3, 2])).not.toBe(same);
    expect(trajectory([1, 2])).not.toBe(same);
  });
});
