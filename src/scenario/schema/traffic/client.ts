/** Clients, as they are written. */
import * as z from 'zod';
import { distribution } from '../distribution.ts';
import type { DistributionInput } from '../distribution.ts';
import { choice, fields, flag, integer, reference, text } from '../fields.ts';
import { arrival } from './arrival.ts';
import type { ArrivalInput } from './arrival.ts';
import { ATTEMPTS } from './attempts.ts';
import type { AttemptsInput } from './attempts.ts';
import { ROUTING } from './mesh.ts';
import type { RoutingInput } from './mesh.ts';
import { session } from './session.ts';
import type { SessionInput } from './session.ts';

/** How a client comes to its target otherwise than by a ClusterIP. */
export type ViaInput = 'NodePort' | 'LoadBalancer' | IngressInput;

/** An L7 proxy at the edge, with what it does where it balances itself. */
export interface IngressInput extends RoutingInput {
  ingress: string;
  proxyTime?: DistributionInput | undefined;
}

const via: z.ZodType<ViaInput> = z.union([
  choice(['NodePort', 'LoadBalancer']),
  fields(
    { ingress: reference, proxyTime: distribution.optional(), ...ROUTING },
    'NodePort, LoadBalancer or {ingress: deployment/name}',
  ),
]);

export interface ClientInput extends AttemptsInput {
  name: string;
  namespace?: string | undefined;
  replicas?: number | undefined;
  from?: string | undefined;
  external?: boolean | undefined;
  target: string;
  via?: ViaInput | undefined;
  arrival: ArrivalInput;
  session?: SessionInput | undefined;
}

export const client: z.ZodType<ClientInput> = fields({
  name: text(),
  namespace: text().optional(),
  replicas: integer(1, 100_000).optional(),
  from: reference.optional(),
  external: flag().optional(),
  target: text('a target'),
  via: via.optional(),
  arrival,
  session: session.optional(),
  ...ATTEMPTS,
});
