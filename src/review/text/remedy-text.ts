import { environmentName, quoted, type Remedy, resourceOf, settingAttributes, visible } from '../../provider/index.js';
import { shellQuoted } from './shell-quoted.js';

const FLAGS = {
  allowMissing: ({ count }: Of<'allowMissing'>) => [`--allow-missing ${count}`],
  allowRemovals: ({ count }: Of<'allowRemovals'>) => [`--allow-removals ${count}`],
  allowPrincipals: ({ names }: Of<'allowPrincipals'>) => names.map((name) => `--allow-principal ${shellQuoted(name)}`),
  allowOrphans: ({ names }: Of<'allowOrphans'>) => names.map((name) => `--allow-orphan ${shellQuoted(name)}`),
};

type Of<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>;

/**
 * Returns the hint followed by the remedies in terms of the command line and the constructs, safe to print. Options of the command line
 * are needed together; other remedies are alternatives.
 * @returns undefined if there is neither a hint nor a remedy
 */
export function withRemedies(hint: string | undefined, remedies: readonly Remedy[] = []): string | undefined {
  const flags = remedies.flatMap((remedy) => (isFlag(remedy) ? flagsOf(remedy) : []));
  const alternatives = remedies.flatMap((remedy) => (isFlag(remedy) ? [] : [sentenceOf(remedy)]));
  const sentences = alternatives.map((text, index) =>
    index === 0 ? text : `Or ${text.charAt(0).toLowerCase()}${text.slice(1)}`,
  );
  const allow = flags.length === 0 ? [] : [`If this is intended, pass ${[...new Set(flags)].join(' ')}.`];
  const all = [...(hint === undefined ? [] : [visible(hint)]), ...sentences, ...allow];
  return all.length === 0 ? undefined : all.join(' ');
}

function isFlag(remedy: Remedy): remedy is Of<keyof typeof FLAGS> {
  return remedy.kind in FLAGS;
}

function flagsOf(remedy: Of<keyof typeof FLAGS>): readonly string[] {
  return (FLAGS[remedy.kind] as (remedy: Remedy) => readonly string[])(remedy);
}

function sentenceOf(remedy: Exclude<Remedy, Of<keyof typeof FLAGS>>): string {
  switch (remedy.kind) {
    case 'consent':
      return `To consent, set reactivate = "<ticket or date>" in code or pass --reactivate ${shellQuoted(remedy.account)}.`;
    case 'adopt':
      return `To adopt it, call importFrom(${quoted(remedy.id)}) on the construct or set adopt = "always".`;
    case 'set':
      return `Set ${remedy.attribute} = ${JSON.stringify(remedy.value)}${remedy.on === 'provider' ? onProvider(remedy) : ''}.`;
    case 'listAsJson':
      return `A name with a comma needs JSON: ${environmentName(remedy.setting)}=${shellQuoted(JSON.stringify(remedy.names))}.`;
    case 'raise':
      return `Raise ${remedy.setting} on the provider and ${environmentName(remedy.setting)}, where they are set.`;
    case 'import':
      return `To plan it as an import, use importFrom(${quoted(remedy.id)}) on the construct.`;
    case 'refer':
      return `To refer to it, use ${finderOf(remedy)}.`;
    case 'recordAgain':
      return 'To record the objects again, start another ledger with apply --ledger <file> --init-ledger; equal objects are adopted.';
    case 'forget':
      return 'To stop managing it without a change in the tenant, add a removed block.';
    case 'readAllHolders':
      return 'Run delinea-iac drift, which reads them all.';
    case 'initLedger':
      return 'To start a ledger, run apply --init-ledger: existing objects are adopted if they equal the code, otherwise refused.';
    case 'moved':
      return 'If it was renamed in code, add a moved block.';
    case 'parallelism':
      return 'Apply the change in smaller steps.';
  }
}

function onProvider({ attribute, value }: Of<'set'>): string {
  const needsBoth = settingAttributes.some(({ name, inCode }) => name === attribute && inCode === 'both');
  return ` on the provider${needsBoth ? ` and ${environmentName(attribute)}=${value} in the environment` : ''}`;
}

/** Returns the call that refers to an object, such as `DelineaUser.fromUserName("jane")`. */
function finderOf({ resource, name }: Of<'refer'>): string {
  const { title, key } = resourceOf(resource);
  const [by = ''] = key;
  const method = `Delinea${title}.from${by[0]?.toUpperCase()}${by.slice(1)}`;
  return `${method}(${name === undefined ? '...' : quoted(name)})`;
}
