import { MAY_RETRY, NO_REASON } from '../../contract/failures.ts';
import { LATENCY_PARTS } from '../../contract/result.ts';
import type { EndedRequest } from '../measure/measurement.ts';
import { NO_WINDOWS, type OpenWindows } from '../measure/open-windows.ts';

/** What a request has come to, for the books. */
export class Ended implements EndedRequest {
  due: number = -0;
  windows: OpenWindows = NO_WINDOWS;
  readonly tries: number = 1;
  readonly parts: Float64Array = new Float64Array(LATENCY_PARTS.length);
  readonly reason: number = NO_REASON;
  readonly retryEnd: number = MAY_RETRY;
  readonly meantFor: null = null;
}
