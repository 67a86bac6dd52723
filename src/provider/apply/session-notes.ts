import type { Tenant } from '../api/tenant.js';
import type { Step } from '../model/plan.js';
import type { IdTranslator } from '../read/id-translator.js';
import { readOpenSessions } from '../read/open-sessions.js';
import { resourceOf } from '../resources/index.js';

/** An object that was disabled, and the address of its step. */
export interface Disabled {
  readonly step: Step;
  readonly address: string;
}

/**
 * Returns a note for each account that was disabled: its open sessions and check-outs. A deactivation ends log-ins at once,
 * but these only later (guide 000).
 */
export async function sessionNotes(
  tenant: Tenant,
  translator: IdTranslator,
  disabled: readonly Disabled[],
): Promise<(Disabled & { readonly message: string })[]> {
  const accounts = disabled.flatMap(({ step, address }) =>
    resourceOf(step.kind).account && step.id !== undefined ? [{ step, address, kind: step.kind, id: step.id }] : [],
  );
  const sessions = await readOpenSessions(tenant, translator, accounts);
  return accounts.map(({ step, address }, index) => {
    const texts = sessions[index]!.map(({ what, open, unread, unset }) =>
      open === undefined ? `${what} could not be read (${unread ?? unset})` : `${what}: ${open} open`,
    );
    return { step, address, message: `${step.label}: login disabled; ${texts.join('; ')}` };
  });
}
