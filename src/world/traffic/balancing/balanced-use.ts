/**
 * Picks an endpoint for each attempt of one client pod, among those that its view has, and hands the attempt to the
 * connections to that endpoint. Which of them may be picked, and what becomes of an attempt that there is nobody for,
 * two kinds know: endpoint-pools.ts, which connects when it has picked, and channel.ts, which picks what is connected.
 */
import type { BalancingPolicy, ErrorCause, OutlierDetection } from '../../../contract/plan.ts';
import { NAME_UNRESOLVED, NO_HEALTHY_ENDPOINTS } from '../../../contract/failures.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { World } from '../../world.ts';
import { AttemptLine } from '../attempts/attempt-line.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { ConnectionSource } from '../connections/connection-use.ts';
import type { EndpointView, ViewListener } from './endpoint-view.ts';
import type { Host, HostOwner } from './host.ts';
import { OutlierDetector } from './outlier-detection.ts';
import type { Picker } from './picker.ts';
import { createPicker } from './pickers/registry.ts';

export interface BalancingOptions {
  readonly policy: BalancingPolicy;
  readonly view: EndpointView;
  /** What the policy draws from. */
  readonly stream: RandomStream;
  readonly outlierDetection: OutlierDetection | null;
  /** All are picked among, ejected or not, where a smaller share than this is not ejected (Envoy's panic); 0: never. */
  readonly panicThreshold: number;
  /** How often at most another one is picked where a request has failed at the one that was (Envoy previous_hosts). */
  readonly hostSelectionRetries: number;
}

export abstract class BalancedUse implements ConnectionSource, ViewListener, HostOwner {
  readonly policy: BalancingPolicy['kind'];
  readonly view: EndpointView;
  protected readonly world: World;
  /** In the order of the view. */
  protected hosts: readonly Host[] = [];
  /** Attempts that nobody can be picked for yet. */
  protected readonly held: AttemptLine = new AttemptLine();
  private readonly picker: Picker;
  private readonly detector: OutlierDetector | null;
  private readonly panicThreshold: number;
  private readonly hostSelectionRetries: number;
  /** What the hosts were made of; null: nothing yet. */
  private seen: readonly Endpoint[] | null = null;
  private candidates: readonly Host[] = [];
  /** Whether others may be picked by now. */
  private isStale = true;

  constructor(world: World, options: BalancingOptions) {
    const { outlierDetection: rules, policy, stream, view } = options;
    this.policy = policy.kind;
    this.world = world;
    this.view = view;
    this.picker = createPicker(policy, stream);
    this.detector = rules === null ? null : new OutlierDetector(rules, world.queue.now);
    this.panicThreshold = options.panicThreshold;
    this.hostSelectionRetries = options.hostSelectionRetries;
    view.listen(this);
  }

  protected abstract makeHost(endpoint: Endpoint): Host;
  /** Whether it may be picked, as far as its connections go. */
  protected abstract isOpen(host: Host): boolean;
  /** Whether waiting may help an attempt that there is nobody for. */
  protected abstract mayWait(): boolean;
  /** The hosts are others now. */
  protected abstract hostsChanged(): void;

  abstract connected(host: Host): void;
  abstract connectFailed(host: Host): void;
  abstract disconnected(host: Host): void;

  get endpoints(): number {
    return this.hosts.length;
  }

  acquire(attempt: Attempt): void {
    const endpoints = this.view.current();
    if (endpoints === null) {
      attempt.resolving();
      this.held.push(attempt);
      return;
    }
    if (endpoints !== this.seen) this.see(endpoints);
    this.deal(attempt);
  }

  withdraw(attempt: Attempt): void {
    this.held.remove(attempt);
  }

  nodeLost(): void {
    for (const host of this.hosts) host.remove();
    this.hosts = [];
    this.candidates = [];
    this.seen = null;
    this.isStale = true;
    this.view.nodeLost();
  }

  viewChanged(): void {
    const endpoints = this.view.current();
    if (endpoints === null) return;
    const isFirst = this.seen === null;
    this.see(endpoints);
    this.dealHeld(isFirst);
  }

  answered(host: Host, cause: ErrorCause | null): void {
    const { detector } = this;
    if (detector === null) return;
    const { now } = this.world.queue;
    if (detector.keepUp(now)) this.isStale = true;
    if (detector.observe(host.health, cause, now)) this.isStale = true;
  }

  /** Others may be picked from now on. */
  protected markStale(): void {
    this.isStale = true;
  }

  /** Deals those that wait, or fails them where waiting helps no more. */
  protected dealHeld(haveResolved: boolean = false): void {
    // Whoever fails may come again within the call: those are not looked at here.
    for (let left = this.held.length; left > 0 && this.held.first !== null; left--) {
      const attempt = this.held.shift();
      if (haveResolved) attempt.resolved();
      this.deal(attempt);
    }
  }

  /** Somebody who can be picked; null: nobody. */
  protected pick(attempt: Attempt): Host | null {
    if (this.detector?.keepUp(this.world.queue.now) === true) this.isStale = true;
    if (this.isStale) this.choose();
    const { candidates, picker } = this;
    if (candidates.length === 0) return null;
    let host = candidates[picker.pick(attempt.key)];
    // The next key is as good as any other: policies that hash would come to the same endpoint again.
    for (let i = 1; i <= this.hostSelectionRetries && attempt.hasTried(host); i++) {
      host = candidates[picker.pick(attempt.key + i)];
    }
    return host;
  }

  private deal(attempt: Attempt): void {
    const host = this.pick(attempt);
    if (host !== null) {
      host.inFlight++;
      if (this.hostSelectionRetries > 0) attempt.remember(host);
      attempt.dealtTo(host);
    } else if (this.mayWait()) {
      attempt.awaitsEndpoint(this.hosts.length);
      this.held.push(attempt);
    } else if (this.view.isUnresolved) {
      attempt.denied('dns', NAME_UNRESOLVED);
    } else {
      attempt.denied('503', NO_HEALTHY_ENDPOINTS);
    }
  }

  /** Who may be picked. */
  private choose(): void {
    this.isStale = false;
    const { hosts } = this;
    const well = hosts.filter(({ health }) => !health.isEjected);
    const isPanic = well.length < this.panicThreshold * hosts.length;
    this.candidates = (isPanic ? hosts : well).filter((host) => this.isOpen(host));
    if (this.candidates.length > 0) this.picker.offer(this.candidates);
  }

  private see(endpoints: readonly Endpoint[]): void {
    this.seen = endpoints;
    const known = new Map(this.hosts.map((host) => [host.endpoint.address, host]));
    this.hosts = endpoints.map((endpoint) => {
      const host = known.get(endpoint.address);
      if (host === undefined) return this.makeHost(endpoint);
      known.delete(endpoint.address);
      host.endpoint = endpoint;
      return host;
    });
    for (const host of known.values()) host.remove();
    this.detector?.watch(this.hosts.map(({ health }) => health));
    this.isStale = true;
    this.hostsChanged();
  }
}
