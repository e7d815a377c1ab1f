/** What the time of an attempt goes into while it is at a stage: which part of a latency. */
import type { LatencyPart } from '../../contract/result.ts';
import {
  AT_NODE,
  AT_PROXY,
  AT_SERVER_PROXY,
  BACKING_OFF,
  CALLING,
  CONNECTING,
  FROM_PROXY,
  HELD,
  IDLE,
  PROXY_BACKING_OFF,
  QUEUED,
  RESOLVING,
  SERVED,
  TO_PROXY,
  WAITING,
} from '../traffic/attempts/attempt-stage.ts';

/** What the time goes into of who is at a stage. */
export function partOf(stage: number): LatencyPart {
  switch (stage) {
    case WAITING:
    case HELD:
      return 'pool';
    case RESOLVING:
      return 'dns';
    case CONNECTING:
      return 'connect';
    case AT_NODE:
    case AT_PROXY:
    case AT_SERVER_PROXY:
      return 'proxy';
    case QUEUED:
      return 'queue';
    case SERVED:
      return 'service';
    case CALLING:
      return 'calls';
    case BACKING_OFF:
    case PROXY_BACKING_OFF:
      return 'retry';
    default:
      return 'network';
  }
}

/** Whether the client has it who is at a stage, or it is on its way to the client's proxy or from there. */
export const isWithClient = (stage: number): boolean =>
  stage === IDLE ||
  stage === HELD ||
  stage === BACKING_OFF ||
  stage === TO_PROXY ||
  stage === FROM_PROXY;
