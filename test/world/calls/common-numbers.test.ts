/** Common random numbers: the same call of the same request has the same demand, luck and chance in every variant. */
import { describe, expect, it } from 'vitest';
import { exponential, ms, poisson } from '../plans.ts';
import { part, record, type Recorded } from '../recorded.ts';
import { graph } from './graphs.ts';

describe('two variants that serve requests in different orders', () => {
  const variant = (mode: 'iptables' | 'ipvs'): Recorded =>
    record(
      graph(
        [
          {
            name: 'front',
            pods: 3,
            service: exponential(ms(8)),
            calls: [{ to: 'back', probability: 0.5, fanOut: 2 }],
          },
          { name: 'back', pods: 3, service: exponential(ms(10)), workload: { errorRate: 0.1 } },
        ],
        { mode, duration: 20, client: { arrival: poisson(150) } },
      ),
    );
  const [one, other] = [variant('iptables'), variant('ipvs')];

  /** Services and outcomes of the calls of the client, those made for each request side by side. */
  const calls = ({ requests }: Recorded): readonly string[] =>
    requests
      .filter(({ client }) => client === 'front->back')
      .map((call) => `${part(call, 'service')} ${call.outcome}`);

  it('makes the same calls, of the same demands and with the same luck', () => {
    expect(calls(one)).not.toEqual(calls(other));
    expect(calls(one).toSorted()).toEqual(calls(other).toSorted());
    expect(calls(one).length).toBeGreaterThan(1000);
  });

  it('demands the same of the requests of the client itself', () => {
    const own = ({ requests }: Recorded) =>
      requests.filter(({ client }) => client === 'web').map((request) => part(request, 'service'));
    expect(own(one)).toEqual(own(other));
  });
});
