import { type Remedy, resourceOf } from '../provider/index.js';

const FLAGS = {
  allowMissing: ({ count }: Of<'allowMissing'>) => [`--allow-missing ${count}`],
  allowRemovals: ({ count }: Of<'allowRemovals'>) => [`--allow-removals ${count}`],
  allowPrincipals: ({ names }: Of<'allowPrincipals'>) =>
    names.map((name) => `--allow-principal ${JSON.stringify(name)}`),
  allowOrphans: ({ names }: Of<'allowOrphans'>) => names.map((name) => `--allow-orphan ${JSON.stringify(name)}`),
};

type Of<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>;

/** Returns the hint with what to do about it in terms of the command line and the constructs. */
export function withRemedies(hint: string | undefined, remedies: readonly Remedy[] = []): string | undefined {
  const flags = remedies.flatMap((remedy) => (isFlag(remedy) ? flagsOf(remedy) : []));
  const sentences = remedies.flatMap((remedy) => (isFlag(remedy) ? [] : [sentenceOf(remedy)]));
  const allow = flags.length === 0 ? [] : [`If this is intended, pass ${[...new Set(flags)].join(' ')}.`];
  const all = [...(hint === undefined ? [] : [hint]), ...sentences, ...allow];
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
      return `Consent with reactivate = "<ticket or date>" in code, or pass --reactivate ${remedy.account}.`;
    case 'adopt':
      return `To adopt it, use importFrom(${JSON.stringify(remedy.id)}) on the construct or adopt = "always".`;
    case 'set':
      return `Set ${remedy.attribute} = ${JSON.stringify(remedy.value)}${remedy.on === 'provider' ? ' on the provider' : ''}.`;
    case 'import':
      return `To plan it as an import, use importFrom(${JSON.stringify(remedy.id)}) on the construct.`;
    case 'refer':
      return `Refer to it with ${finderOf(remedy)}.`;
    case 'recordAgain':
      return 'Or start another ledger with --ledger <file> --init-ledger; equal objects are adopted.';
    case 'initLedger':
      return 'Start a ledger with apply --init-ledger.';
    case 'moved':
      return 'If it was renamed in code, add a moved block.';
    case 'parallelism':
      return 'Apply the change in smaller steps.';
  }
}

/** `DelineaUser.fromUserName("jane")`. */
function finderOf({ resource, name }: Of<'refer'>): string {
  const { title, key } = resourceOf(resource);
  const [by = ''] = key;
  const method = `Delinea${title}.from${by[0]?.toUpperCase()}${by.slice(1)}`;
  return `${method}(${name === undefined ? '...' : JSON.stringify(name)})`;
}
