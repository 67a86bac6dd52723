import {
  type Attribution,
  type Finding,
  type ResourceChange,
  resourceOf,
  targetText,
  type Values,
  visible,
} from '../../provider/index.js';
import { rulesText } from '../rules/rules-text.js';
import { compareAttributes, signed } from '../text/attributes.js';
import { liveValues, settingLines } from '../text/change-text.js';
import { edgeLines } from '../text/edges-text.js';
import { findingsText, messageText } from '../text/findings-text.js';
import type { Paint } from '../text/paint.js';
import { Names } from '../text/values.js';
import type { DriftItem } from './drift-item.js';
import { type Drift, driftSummary, itemsByAddress, openChanges, placeOf, sidesText } from './drift-report.js';

/** Sign and phrase for an object in a drift report, by the operation or the action that a plan has for it. */
const FOUND: Readonly<Record<string, { readonly sign: string; readonly phrase: string }>> = {
  create: { sign: '-', phrase: 'is in code but not in the tenant' },
  update: { sign: '~', phrase: 'differs from the code' },
  configure: { sign: '~', phrase: 'has other settings in code than at the last apply' },
  delete: { sign: '+', phrase: 'is in the tenant but no longer in code' },
  forget: { sign: '.', phrase: 'is in the ledger, but was deleted in the tenant or will no longer be managed' },
  'no-op': { sign: '=', phrase: 'equals the code; the next apply adopts it' },
};

/**
 * Returns how the tenant differs from the code: `+` is only in the tenant, `-` only in code, `->` from code to tenant.
 * Below each object are its differences by kind, each with the change that restores the code and the edit that adopts the
 * tenant.
 */
export function driftText(drift: Drift, paint: Paint): string {
  const { plan, items, problems, check } = drift;
  const { findings } = plan.delinea;
  const shown = openChanges(drift);
  const names = new Names(plan);
  const byAddress = itemsByAddress(items);
  const first = findings.filter(({ code }) => code === 'no_ledger');
  const others = findings
    .filter((finding) => finding.code !== 'no_ledger' && !isAccepted(finding, byAddress))
    // The ways out of its item are more exact than the hint.
    .map((finding) => (finding.found ? { ...finding, hint: undefined } : finding));
  const addresses = new Set(shown.map(({ address }) => address));
  const isShown = (address: string | undefined) => address !== undefined && addresses.has(address);
  const below = (finding: Finding) => {
    const about = isShown(finding.address)
      ? []
      : near(finding, byAddress).filter((item) => !item.accepted && isAbout(finding, item));
    return [
      ...about.flatMap((item) => itemLines(item, '  ')),
      ...(finding.address === undefined || isShown(finding.address) ? [] : auditLines(drift, finding.address)),
    ];
  };
  const accepted = items.filter((item) => item.accepted);
  const parts = [
    visible(`Tenant: ${targetText(plan.delinea)}`),
    findingsText(first, paint),
    shown.map((entry) => blockOf(entry, byAddress.get(entry.address) ?? [], drift, names, paint)).join('\n\n'),
    findingsText(others, paint, below),
    accepted.length === 0 ? '' : ['Accepted:', ...accepted.flatMap(acceptedLines)].join('\n'),
    problems
      .map(({ message }) => messageText({ word: 'Ignore file', tone: 'warning', message, at: [] }, paint))
      .join('\n'),
    paint('strong', visible(driftSummary(drift))),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n${check ? rulesText(check, paint) : ''}`;
}

/** Returns whether an item is about the object of a finding. */
function isAbout(
  { code, address, found, message }: Finding,
  { object, address: at, attribute, kind }: DriftItem,
): boolean {
  if (found) return object.kind === found.kind && object.id === found.id;
  if (code === 'disabled_out_of_band') return at === address && attribute?.name === 'active' && kind === 'changed';
  return at === address && object.name === message;
}

/** Returns the items that can be about a finding: an edge that is found has no declaration. */
function near({ found, address }: Finding, byAddress: ReturnType<typeof itemsByAddress>): readonly DriftItem[] {
  return byAddress.get(found ? undefined : address) ?? [];
}

function isAccepted(finding: Finding, byAddress: ReturnType<typeof itemsByAddress>): boolean {
  if (finding.level !== 'drift') return false;
  const { address, found } = finding;
  const items = near(finding, byAddress);
  const about = found || address === undefined ? items.filter((item) => isAbout(finding, item)) : items;
  return about.length > 0 && about.every(({ accepted }) => accepted);
}

function acceptedLines(item: DriftItem): string[] {
  const sides = sidesText(item);
  return [
    visible(`  . ${item.message}${sides === undefined ? '' : `: ${sides}`}`),
    visible(`      until ${item.accepted!.until}: ${item.accepted!.reason}`),
  ];
}

function blockOf(entry: ResourceChange, items: readonly DriftItem[], drift: Drift, names: Names, paint: Paint): string {
  const own = items.filter(({ accepted }) => !accepted);
  return [
    headOf(entry, names, paint),
    ...own.flatMap((item) => [
      `      ${item.kind}: ${visible(item.attribute?.name ?? item.object.name)}`,
      ...itemLines(item, '        '),
    ]),
    ...auditLines(drift, entry.address),
  ].join('\n');
}

/** Returns both ways out of an item. The code is printed as it is: its literals have nothing to escape. */
function itemLines(item: DriftItem, indent: string): string[] {
  const { restore, adopt } = item;
  const place = placeOf(item);
  const code = adopt?.typescript.split('\n').map((line) => `${indent}  ${line}`) ?? [];
  return [
    `${indent}restore: ${visible(restore)}`,
    ...(adopt ? [`${indent}adopt, in ${visible(place)}:`, ...code] : []),
  ];
}

function headOf(entry: ResourceChange, names: Names, paint: Paint): string {
  const { address, change, delinea } = entry;
  const [action = 'no-op'] = change.actions;
  const { sign, phrase } = FOUND[delinea.operation === 'configure' ? 'configure' : action]!;
  const head = `  ${signed(sign, paint('strong', `${visible(address)} ${phrase}`), paint)}  # ${visible(delinea.label)}`;
  const edges = edgeLines(entry, paint, true);
  if (action !== 'update' && !edges) return head;
  const resource = resourceOf(delinea.kind);
  const lines = edges ?? compareAttributes(resource, delinea.desired, liveOfDeclared(entry), names, paint);
  return [head, ...[...lines, ...settingLines(entry, paint)].map((line) => `      ${line}`)].join('\n');
}

/** Returns the lines that show who changed an object. */
function auditLines({ audit }: Drift, address: string): string[] {
  return (audit?.[address] ?? []).map((each) => `      audit of ${visible(`${each.object}: ${foundText(each)}`)}`);
}

function foundText({ since, count, latest, unread }: Attribution): string {
  if (unread !== undefined) return `audit not read: ${unread}`;
  if (!latest) return `no audit event found since ${since}`;
  const others = count === 1 ? 'the only event' : `the latest of ${count} events`;
  return `${latest.action} by ${latest.who} at ${latest.when}, ${others} since ${since}`;
}

/** Returns the live values of the declared attributes, null for those that the tenant does not have. */
function liveOfDeclared(entry: ResourceChange): Values {
  const live = liveValues(entry);
  return Object.fromEntries(Object.keys(entry.delinea.desired).map((name) => [name, live[name] ?? null]));
}
