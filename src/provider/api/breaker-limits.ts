/** Consecutive errors, over all workers, after which a run sends nothing more to a service. */
export const ERRORS_BEFORE_STOP = 5;

/**
 * Consecutive errors at which the on-prem connector disables itself for everyone until an administrator enables it: its
 * `SCIM_Threshold` (fact sheet 4.2). No such limit is published for the other services.
 */
export const CONNECTOR_THRESHOLD = 20;

/** Returns how far this many consecutive errors are from the connector's threshold, as the end of a sentence. */
export function belowConnectorThreshold(errors: number): string {
  return `${CONNECTOR_THRESHOLD - errors} fewer than the ${CONNECTOR_THRESHOLD} at which the on-prem connector disables itself for all clients`;
}
