import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  candidates,
  isClusterName,
  namesUpTo,
  searchList,
  serviceName,
} from '../../src/kube/dns.ts';

fc.configureGlobal({ seed: 42 });

/** Each name is asked for twice, A and AAAA. */
const queries = (name: string, exists: string, hostSearch: readonly string[], ndots = 5): number =>
  2 * namesUpTo(exists, candidates(name, searchList('shop', hostSearch), ndots))!.length;

const CHECKOUT = serviceName('checkout', 'shop');

describe('the names that a pod looks up', () => {
  it('has the search list of its namespace, then that of its node, each suffix once', () => {
    expect(searchList('shop', ['corp.example', 'cluster.local'])).toEqual([
      'shop.svc.cluster.local',
      'svc.cluster.local',
      'cluster.local',
      'corp.example',
    ]);
  });

  it.each([0, 1, 2])(
    'O21: svc 2, svc.ns 4, svc.ns.svc 6, the full name 8 + 2h, with its final dot 2 (h = %i)',
    (h) => {
      const hostSearch = ['corp.example', 'example'].slice(0, h);
      expect(queries('checkout', CHECKOUT, hostSearch)).toBe(2);
      expect(queries('checkout.shop', CHECKOUT, hostSearch)).toBe(4);
      expect(queries('checkout.shop.svc', CHECKOUT, hostSearch)).toBe(6);
      expect(queries(CHECKOUT, CHECKOUT, hostSearch)).toBe(8 + 2 * h);
      expect(queries(`${CHECKOUT}.`, CHECKOUT, hostSearch)).toBe(2);
    },
  );

  it.each([0, 1, 2])('O21: an external name a.b.c 8 + 2h, with its final dot 2 (h = %i)', (h) => {
    const hostSearch = ['corp.example', 'example'].slice(0, h);
    expect(queries('api.example.com', 'api.example.com', hostSearch)).toBe(8 + 2 * h);
    expect(queries('api.example.com.', 'api.example.com', hostSearch)).toBe(2);
  });

  it('begins with the name as it is from ndots dots on', () => {
    expect(queries(CHECKOUT, CHECKOUT, [], 4)).toBe(2);
    expect(queries(CHECKOUT, CHECKOUT, [], 1)).toBe(2);
    expect(queries('checkout', CHECKOUT, [], 1)).toBe(2);
    expect(candidates('a.b', ['s'], 1)).toEqual(['a.b', 'a.b.s']);
  });

  it('are the search list and the name itself, whatever ndots: only the order differs', () => {
    const label = fc.stringMatching(/^[a-z]{1,5}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 4 }), fc.nat(7), (own, hostSearch, ndots) => {
        const search = searchList('shop', hostSearch);
        const tried = candidates(own, search, ndots);
        expect([...tried].sort()).toEqual(
          [own, ...search.map((suffix) => `${own}.${suffix}`)].sort(),
        );
        const asIsFirst = own.split('.').length > ndots;
        expect(tried.indexOf(own)).toBe(asIsFirst ? 0 : search.length);
      }),
    );
  });

  it('are null where the search list does not lead to the target', () => {
    const tried = candidates('checkout', searchList('default', []), 5);
    expect(namesUpTo(CHECKOUT, tried)).toBeNull();
  });

  it('are known to CoreDNS where they end in its zone', () => {
    expect(isClusterName(CHECKOUT)).toBe(true);
    expect(isClusterName(`${CHECKOUT}.corp.example`)).toBe(false);
    expect(isClusterName('notcluster.local')).toBe(false);
  });
});
