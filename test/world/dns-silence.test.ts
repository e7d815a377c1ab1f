/** What a lookup comes to where CoreDNS is not there, has died, or fails. */
import { describe, expect, it } from 'vitest';
import { afterMisses, dnsPlan, HOP, ROUND } from './dns-plans.ts';
import { dnsOf, LONELY, run } from './dns-runs.ts';
import { at, constant, ms, paced, sec } from './plans.ts';
import { outcomes, part } from './recorded.ts';

describe('CoreDNS that does not answer', () => {
  const silent = { podGone: { answer: 'none' as const, after: sec(0) } };

  it('without endpoints: refused at once, twice, and the request fails', () => {
    const result = run({ ...LONELY, dnsPods: 0 });
    expect(new Set(outcomes(result))).toEqual(new Set(['dns']));
    expect(new Set(dnsOf(result))).toEqual(new Set([0]));
    expect(result.totals.dns).toEqual({ lookups: 9, failures: 9, queries: 36, served: 0 });
    expect(result.totals.connectionsOpened).toBe(0);
  });

  it('without endpoints, when the node has no ICMP error to spare: silence, and the timeout', () => {
    const result = run({
      ...LONELY,
      duration: 3,
      dnsPods: 0,
      network: { icmpRateLimit: { interval: sec(1000), burst: 6 } },
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['dns']));
    // Four of six errors for the first lookup; the second gets two for its first attempt, none for the next.
    expect(dnsOf(result)).toEqual([0, sec(5)]);
  });

  it.each([
    [sec(5), 0],
    [sec(30), 20],
  ])(
    'has an entry in conntrack for each name, which a silence of %i ns ends',
    (udpTimeout, slow) => {
      const base = dnsPlan().proxies[0]!.conntrack;
      const result = run({
        ...LONELY,
        duration: 100,
        mode: 'nftables',
        proxy: { conntrack: { ...base, max: 20, udpTimeout, timeWait: ms(1) } },
      });
      const waited = dnsOf(result).filter((time) => time >= sec(5)).length;
      // Full after 20 lookups: from then on most queries are dropped, and wait for their timeout.
      if (slow === 0) expect(waited).toBe(0);
      else expect(waited).toBeGreaterThan(slow);
    },
  );

  it('a pod that is gone while the rules still name it: timeouts, 5 s each, of one flow', () => {
    const result = run({
      ...LONELY,
      duration: 20,
      dnsPods: 1,
      // The control plane takes longer than the run.
      lag: sec(100),
      network: silent,
      coredns: { terminationGracePeriod: sec(0), controller: { kind: 'None' } },
      timeline: [{ kind: 'deletePod', at: at(5.5), workload: 1, pod: 'coredns-0' }],
    });
    const failed = result.requests.filter(({ outcome }) => outcome === 'dns');
    expect(failed).toHaveLength(14);
    for (const request of failed) expect(part(request, 'dns')).toBe(sec(10));
    expect(result.requests.filter(({ outcome }) => outcome === 'ok')).toHaveLength(5);
  });

  it('one of two pods: the retry of the same socket goes to the same pod, another lookup may not', () => {
    const result = run({
      duration: 400,
      dnsPods: 2,
      lag: sec(1000),
      network: silent,
      client: { arrival: paced(5) },
      coredns: { terminationGracePeriod: sec(0), controller: { kind: 'None' } },
      timeline: [{ kind: 'deletePod', at: at(0.1), workload: 1, pod: 'coredns-0' }],
    });
    const failed = outcomes(result).filter((outcome) => outcome === 'dns').length;
    // 1999 lookups, one half to the dead pod: 1000 ± 22; beyond 5 sigma with 1 in 10^6 seeds.
    expect(Math.abs(failed - 1000)).toBeLessThan(112);
  });

  it.each(['iptables', 'nftables'] as const)(
    'one of two, and %s has synced since: kube-proxy has deleted the entry, the retry goes elsewhere',
    (mode) => {
      const result = run({
        duration: 3,
        mode,
        lag: ms(50),
        network: silent,
        client: { arrival: paced(200) },
        coredns: { terminationGracePeriod: sec(0), controller: { kind: 'None' } },
        timeline: [{ kind: 'deletePod', at: at(1), workload: 1, pod: 'coredns-0' }],
      });
      expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
      const slow = result.requests.filter((request) => part(request, 'dns') > ROUND);
      for (const request of slow) {
        expect(part(request, 'dns')).toBe(sec(5) + ROUND);
        // The API server learns of a deletion at once: two hops until the rules follow.
        expect(request.issuedNs).toBeLessThanOrEqual(sec(1) + ms(100));
      }
      // Of 20 lookups meanwhile a half: fewer than 3 with less than 1 in 10^3 seeds.
      expect(slow.length).toBeGreaterThan(2);
    },
  );

  it('whose process is down: refused after a round trip, and asked again from another socket', () => {
    const result = run({
      ...LONELY,
      dnsPods: 1,
      lag: sec(100),
      coredns: {
        crash: { every: constant(sec(1.5)), lasts: constant(sec(100)) },
        terminationGracePeriod: sec(0),
      },
    });
    const [first, ...rest] = result.requests;
    expect(first!.outcome).toBe('ok');
    for (const request of rest) {
      expect(request.outcome).toBe('dns');
      expect(part(request, 'dns')).toBe(2 * 2 * HOP);
    }
  });

  it('what it had when it died is lost, and asked again 5 s later', () => {
    const result = run({
      ...LONELY,
      duration: 8,
      dnsPods: 1,
      lag: sec(100),
      coredns: {
        serviceTime: constant(ms(100)),
        crash: { every: constant(sec(1.05)), lasts: constant(ms(1)) },
      },
    });
    // Sent at 1 s, the process dies at 1.05 s and is back at once; the next death is a second later.
    expect(result.requests[0]!.outcome).toBe('ok');
    expect(part(result.requests[0]!, 'dns')).toBeGreaterThan(sec(5));
  });

  it('a request that gives up meanwhile has spent its time on dns', () => {
    const result = run({
      ...LONELY,
      dnsPods: 1,
      coredns: { serviceTime: constant(sec(3)) },
      client: { arrival: paced(1), timeout: ms(500) },
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['timeout']));
    expect(new Set(dnsOf(result))).toEqual(new Set([ms(500)]));
    expect(result.totals.connectionsOpened).toBe(0);
  });

  it('SERVFAIL by its error rate: asked again, then the next name of the search list, then dns', () => {
    const result = run({
      ...LONELY,
      coredns: { errorRate: 1 },
      resolver: { names: afterMisses(1) },
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['dns']));
    // Two attempts for each of two names.
    expect(new Set(dnsOf(result))).toEqual(new Set([4 * ROUND]));
  });
});
