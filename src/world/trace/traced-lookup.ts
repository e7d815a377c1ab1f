/** A look-up that tells the requests which wait for it what it asks and hears. */
import type { TraceStep } from '../../contract/trace.ts';
import { Lookup } from '../dns/lookup.ts';
import type { Query } from '../dns/query.ts';
import { Connection } from '../traffic/connections/connection.ts';
import { callerPlace } from './places.ts';

const typeOf = (aaaa: boolean): 'A' | 'AAAA' => (aaaa ? 'AAAA' : 'A');

export class TracedLookup extends Lookup {
  override answered(query: Query): void {
    if (query.socket === this.socket) {
      const found = query.isPositive ? 'found' : 'nothing';
      this.noteAnswer(query, query.failed ? 'servfail' : found);
    }
    super.answered(query);
  }

  override refused(query: Query): void {
    if (query.socket === this.socket) this.noteAnswer(query, 'refused');
    super.refused(query);
  }

  override fire(): void {
    this.note({ what: 'queryTimeout' });
    super.fire();
  }

  protected override send(aaaa: boolean, racing: boolean): boolean {
    const { names, pod } = this.resolver;
    const isCached = this.dns.cacheOf(pod.node) !== null;
    const to = isCached ? 'the cache of the node' : 'kube-dns';
    this.note({ what: 'query', name: names.plan.names[this.at], type: typeOf(aaaa), to });
    return super.send(aaaa, racing);
  }

  private noteAnswer(
    { name, aaaa }: Query,
    outcome: 'found' | 'nothing' | 'servfail' | 'refused',
  ): void {
    this.note({ what: 'answer', name, type: typeOf(aaaa), outcome });
  }

  private note(step: TraceStep): void {
    const { queue, tracer } = this.world;
    for (const waiter of this.waiters) {
      if (!(waiter instanceof Connection)) continue;
      const { initiator, replica } = waiter;
      tracer!.logOf(initiator)?.add(initiator!, queue.now, callerPlace(replica), step);
    }
  }
}
