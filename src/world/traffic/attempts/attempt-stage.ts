/** Where an attempt is: at the client, on the wire, or at the pod. */
export const WAITING = 0;
export const CONNECTING = 1;
export const TO_POD = 2;
export const QUEUED = 3;
export const SERVED = 4;
export const TO_CLIENT = 5;
export const BACKING_OFF = 6;
export const RESOLVING = 7;
/** The rules of the node that it passes are at work on it. */
export const AT_NODE = 8;
/** Nobody will ever answer. */
export const LOST = 9;
/** With the proxy that the client calls by: on the way there, there, and on the way back. */
export const TO_PROXY = 10;
export const AT_PROXY = 11;
export const FROM_PROXY = 12;
/** The request did not get through, or the answer did not: the kernel of whoever has sent it will send it again. */
export const SENT_IN_VAIN = 13;
export const ANSWERED_IN_VAIN = 14;
/** It has ended, and may begin again as a try of another request. */
export const IDLE = 15;
/** Its pod's concurrency limit is reached: it waits for its turn at the client. */
export const HELD = 16;
/** Its try has failed, and the proxy waits before it tries again. */
export const PROXY_BACKING_OFF = 17;
/** With the proxy in the pod that serves. */
export const AT_SERVER_PROXY = 18;
/** At the pod, which waits for what it has called. */
export const CALLING = 19;
export type Stage =
  | typeof WAITING
  | typeof CONNECTING
  | typeof TO_POD
  | typeof QUEUED
  | typeof SERVED
  | typeof TO_CLIENT
  | typeof BACKING_OFF
  | typeof RESOLVING
  | typeof AT_NODE
  | typeof LOST
  | typeof TO_PROXY
  | typeof AT_PROXY
  | typeof FROM_PROXY
  | typeof SENT_IN_VAIN
  | typeof ANSWERED_IN_VAIN
  | typeof IDLE
  | typeof HELD
  | typeof PROXY_BACKING_OFF
  | typeof AT_SERVER_PROXY
  | typeof CALLING;
