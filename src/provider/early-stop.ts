/** Errors in a row, over all workers, after which nothing more is sent to a service in this run. */
export const STOPS_AT = 5;

/**
 * Errors in a row at which the on-prem connector switches itself off for everyone, until an administrator switches it
 * on again: its `SCIM_Threshold` (fact sheet 4.2). Nothing of the kind is published for the other services.
 */
export const SWITCHES_OFF_AT = 20;

/** How far a row of errors is from what would harm everybody. */
export function shortOf(errors: number): string {
  return `${SWITCHES_OFF_AT - errors} short of the ${SWITCHES_OFF_AT} at which the on-prem connector switches itself off for everyone`;
}
