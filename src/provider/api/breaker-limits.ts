/** Errors in a row, over all workers, after which nothing more is sent to a service in this run. */
export const ERRORS_BEFORE_STOP = 5;

/**
 * Errors in a row at which the on-prem connector switches itself off for everyone, until an administrator switches it
 * on again: its `SCIM_Threshold` (fact sheet 4.2). Nothing of the kind is published for the other services.
 */
export const CONNECTOR_THRESHOLD = 20;

/** How far a row of errors is from what would harm everybody. */
export function belowConnectorThreshold(errors: number): string {
  return `${CONNECTOR_THRESHOLD - errors} short of the ${CONNECTOR_THRESHOLD} at which the on-prem connector switches itself off for everyone`;
}
