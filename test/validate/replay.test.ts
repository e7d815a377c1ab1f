/** Replays of scripts that no recording holds, against what the kernel's rules say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replayFolder } from '../../validate/replay/folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svcsim-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('closes a connection whose entry was flushed with its server without touching the one that has its place now', () => {
  const rows = [
    'run,sched,flags,expire_nodest,step,t_ms,op,conn,server,weight,client_ip,client_port,vip,vport,result,dests_before',
    'made,lc,,1,0,1000,svc,,,,,,10.96.1.1,80,,',
    'made,,,,1,1030,add,,1,1,,,,,,',
    'made,,,,2,1060,add,,2,1,,,,,,1:1:0:0',
    'made,,,,3,1090,open,1,,,10.1.0.5,20001,,,2,2:1:0:0|1:1:0:0',
    'made,,,,4,1120,del,,2,,,,,,,2:1:1:0|1:1:0:0',
    'made,,,,5,1150,open,2,,,10.1.0.5,20002,,,1,1:1:0:0',
    'made,,,,6,1180,close_rst,1,,,,,,,,1:1:1:0',
    'made,,,,7,1210,add,,2,1,,,,,,1:1:1:0',
    'made,,,,8,1240,one,,,,10.1.0.5,20003,,,2,2:1:0:0|1:1:1:0',
    'made,,,,9,1270,close_fin,2,,,,,,,,2:1:0:1|1:1:1:0',
    'made,,,,10,1300,one,,,,10.1.0.5,20004,,,2,2:1:0:1|1:1:0:1',
  ];
  writeFileSync(join(folder, 'hold_made.csv'), rows.join('\n'));
  const [replay] = replayFolder(folder);
  expect(replay!.tally.firstDifference).toBeNull();
  expect(replay!.tally.samePicks).toBe(4);
});
