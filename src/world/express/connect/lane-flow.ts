/** A connection of the express lane as data planes see it. */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { Flow } from '../../../proxy/data-plane.ts';

export class LaneFlow implements Flow {
  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  slot: number = -1;
  // Not a small integer, so that this field holds doubles from the start.
  seenAt: number = -0;
}
