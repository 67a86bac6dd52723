import { Refusal } from '../http/refusal.js';

/** `SCIM_Threshold` of the on-prem connector (fact sheet 4.2). */
const THRESHOLD = 20;

/**
 * Counts the errors in a row of the on-prem connector, which switches itself off at the threshold until an administrator
 * enables it. The status of a response while it is off is an assumption.
 */
export class ErrorThreshold {
  #errors = 0;

  /** @throws {Refusal} 503 while the connector is off */
  requireEnabled(): void {
    if (this.#errors >= THRESHOLD) {
      throw new Refusal(503, 'The request will not be sent to Secret Server. Too many failures.');
    }
  }

  count(status: number): void {
    this.#errors = status >= 400 ? this.#errors + 1 : 0;
  }

  enable(): void {
    this.#errors = 0;
  }
}
