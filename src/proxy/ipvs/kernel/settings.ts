/** Settings of the kernel: sysctls in net.ipv4.vs, and `ipvsadm --set`. */
export interface IpVsSettings {
  /** CONFIG_HZ: ticks a second. */
  readonly hz: number;
  /** The tick at time 0; the kernel's count starts 300 s before its overflow. */
  readonly firstTick: number;
  /** Timeouts of established TCP connections and of UDP, ns. */
  readonly tcpTimeout: number;
  readonly udpTimeout: number;
  /** Entries of deleted servers go, instead of waiting for their return: expire_nodest_conn. */
  readonly expireNodestConn: boolean;
  /** Templates do not lead to servers at weight 0: expire_quiescent_template. */
  readonly expireQuiescentTemplate: boolean;
  /** A client's address and port that come back while the old entry is in TIME_WAIT or CLOSE are scheduled afresh: conn_reuse_mode. */
  readonly connReuseMode: boolean;
  /** lblcr_expiration, ns. */
  readonly lblcrExpiration: number;
}
