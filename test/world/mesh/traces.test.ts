/** What traces tell of proxies: who picks, among how many, and how old what it knows is. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/contract/plan.ts';
import type { PlannedMesh } from '../../../src/contract/traffic/mesh.ts';
import { traceStepText } from '../../../src/report/text/trace-steps.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { graph } from '../calls/graphs.ts';
import { at, constant, ms, multiplexed, ns, paced, plan, sec, us } from '../plans.ts';
import { wrongTraces } from '../trace/wrong-traces.ts';
import { meshed, proxyBalancer, routing, sidecar, ztunnel } from './meshes.ts';

/** The last request's steps: where each takes place, and what it says. */
function told(made: Plan): readonly string[] {
  const { issued } = simulate(made, 1).totals;
  const result = simulate(made, 1, { recordRequests: true, trace: [issued - 1] });
  expect(wrongTraces(result)).toEqual([]);
  return result.traces![0]!.events.map(
    (event) => `${event.place.kind}/${event.place.name}: ${traceStepText(event, event.attempt)}`,
  );
}

const times = { client: constant(us(200)), server: constant(us(300)) };
const pushed = { debounceAfter: ms(100), debounceMax: sec(10), push: constant(ns(0)) };
const scaled = { kind: 'scale', at: at(5), workload: 0, replicas: 5 } as const;

describe('the trace of a request', () => {
  it('has the sidecar of the client pick, and that of the pod pass it on', () => {
    const made = meshed(
      sidecar({ proxyTime: times, routing: routing({ propagation: pushed }) }),
      { kind: 'round_robin' },
      { timeline: [scaled] },
    );
    const steps = told(made);
    const picks = steps.filter((step) => step.includes('picks'));
    expect(picks).toHaveLength(1);
    expect(picks[0]).toMatch(
      /^sidecar\/web: round_robin picks backend-\d, .*among 5 endpoints; view in force for 4\.\d+s$/,
    );
    const pod = /picks (backend-\d)/.exec(picks[0]!)![1]!;
    expect(steps).toContain('sidecar/web: has the request');
    expect(steps).toContain(`sidecar/${pod}: has the request`);
    expect(steps.findIndex((step) => step.startsWith(`pod/${pod}: arrived`))).toBeGreaterThan(
      steps.indexOf(`sidecar/${pod}: has the request`),
    );
    // No rule of kube-proxy has to do with it.
    expect(steps.join('\n')).not.toContain('nftables picked');
  });

  it('says how far a view is behind that is not pushed yet', () => {
    const late = { debounceAfter: sec(30), debounceMax: sec(30), push: constant(ns(0)) };
    const made = meshed(
      sidecar({ routing: routing({ propagation: late }) }),
      { kind: 'round_robin' },
      { timeline: [scaled] },
    );
    const [picked] = told(made).filter((step) => step.includes('picks'));
    expect(picked).toMatch(/among 4 endpoints; its view is 5s old, 1 change behind$/);
  });

  it("has the ztunnel of the client's node pick for each connection", () => {
    const made = meshed(
      ztunnel({ proxyTime: times }),
      { kind: 'random' },
      { connection: { mode: 'PerRequest' } },
    );
    const steps = told(made).filter((step) => step.includes('picked'));
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatch(/: the ztunnel picked backend-\d, endpoint \d of 4, at random$/);
  });

  it('has the calls of a pod, each picked by the sidecar beside that', () => {
    const way = {
      mesh: sidecar({ proxyTime: times }),
      balancer: proxyBalancer({ kind: 'round_robin' }),
      connection: multiplexed(),
    };
    const made = graph(
      [
        { name: 'front', service: constant(ms(2)), calls: [{ to: 'back', client: way }] },
        { name: 'back', pods: 2, service: constant(ms(1)) },
      ],
      { hop: us(100), duration: 1.5, client: { arrival: paced(1) } },
    );
    const result = simulate(made, 1, { recordRequests: true, trace: [0] });
    expect(wrongTraces(result)).toEqual([]);
    const [web, call] = result.traces!;
    expect([web!.client, call!.client, call!.parent]).toEqual(['web', 'front->back', web!.request]);
    const steps = call!.events.map(({ place }) => `${place.kind}/${place.name}`);
    expect(steps[0]).toBe('pod/front-0');
    expect(steps).toContain('sidecar/front-0');
    const picked = call!.events.find(({ what }) => what === 'picked');
    expect(picked!.place).toEqual({ kind: 'sidecar', name: 'front-0' });
    // Proxies, crossings and the service of the call fill the time that its pod waits for it.
    const waited = web!.spans.find((span) => span.part === 'calls')!;
    expect(waited.toNs - waited.fromNs).toBe(call!.end!.latencyNs);
  });

  it('has the waypoint pick, by the name of its pod', () => {
    const mesh: PlannedMesh = {
      mode: 'Waypoint',
      workload: 0,
      proxyTime: { ...times, waypoint: constant(us(500)) },
      routing: routing(),
    };
    const made = plan({
      pods: 3,
      duration: 5,
      hop: ms(1),
      rate: 10,
      client: { mesh, balancer: proxyBalancer({ kind: 'least_request', choices: 2 }) },
    });
    const picks = told(made).filter((step) => step.includes('picks'));
    expect(picks).toHaveLength(1);
    expect(picks[0]).toMatch(/^waypoint\/backend-\d: least_request picks .*among 3 endpoints/);
  });
});
