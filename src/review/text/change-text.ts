import { quoted, type Resource, type ResourceChange, resourceOf, type Values, visible } from '../../provider/index.js';
import { compareAttributes, listAttributes, signed } from './attributes.js';
import { edgeCounts, edgeLines } from './edges-text.js';
import { type Words, wordsFor } from './operations.js';
import type { Paint } from './paint.js';
import type { Names } from './values.js';

/** Returns one change as Terraform prints it: the operation, the block, and its attributes. */
export function changeText(entry: ResourceChange, names: Names, paint: Paint): string {
  const { address, type, name, previous_address, change, delinea } = entry;
  const resource = resourceOf(delinea.kind);
  const words = wordsFor(delinea.operation, resource);
  const moved = previous_address === undefined ? [] : [`  # (moved from ${visible(previous_address)})`];
  const imported = change.importing === undefined ? [] : [`  # (imported from ${quoted(change.importing.id)})`];
  const label = delinea.label === '' ? '' : `  # ${visible(delinea.label)}`;
  const attributes = edgeLines(entry, paint) ?? bodyOf(entry, resource, words, names, paint);
  const body = [...attributes, ...regainsOf(entry, paint), ...settingLines(entry, paint)];
  const block = `resource ${quoted(type)} ${quoted(name)}`;
  const lines =
    body.length === 0
      ? [`  ${signed(words.sign, `${block}${label}`, paint)}`]
      : [`  ${signed(words.sign, `${block} {${label}`, paint)}`, ...body.map((line) => `      ${line}`), '    }'];
  return [
    `  ${paint('strong', `# ${visible(address)} ${words.phrase}${edgeCounts(entry)}`)}`,
    ...moved,
    ...imported,
    ...lines,
  ].join('\n');
}

function bodyOf(entry: ResourceChange, resource: Resource, { shows }: Words, names: Names, paint: Paint): string[] {
  const { attributes } = resource;
  const { delinea } = entry;
  switch (shows) {
    case 'new':
      return listAttributes('+', attributes, { id: 'unknown', ...delinea.desired }, names, paint);
    case 'gone':
      return listAttributes('-', attributes, delinea.before, names, paint);
    case 'difference':
      return compareAttributes(resource, liveValues(entry), afterOf(resource, delinea.desired), names, paint);
    case 'nothing':
      return [];
  }
}

/** Lists the access that an account regains when it is enabled: consent covers all of it. */
function regainsOf({ delinea: { regains } }: ResourceChange, paint: Paint): string[] {
  return (regains ?? []).map(({ label, through }) => {
    const groups = through.length === 0 ? '' : `, through ${through.join(', ')}`;
    return signed('+', `regains: ${visible(label + groups)}`, paint);
  });
}

/** Lists the settings that are not what they were at the last apply: they decide what a later apply may do. */
export function settingLines({ delinea: { settingChanges = [] } }: ResourceChange, paint: Paint): string[] {
  return settingChanges.map(({ name, before, after }) =>
    before === undefined
      ? signed('+', `${name} = ${setting(after)}`, paint)
      : signed('~', `${name} = ${setting(before)} -> ${setting(after)}`, paint),
  );
}

function setting(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(setting).join(', ')}]`;
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Returns the live values: `before` has the attributes that differ, unless they were unset; the rest is as declared. */
export function liveValues({ delinea: { desired, before, changed } }: ResourceChange): Values {
  const same = Object.entries(desired).filter(([name]) => !changed.includes(name));
  return { ...Object.fromEntries(same), ...before };
}

/** Returns the values after a step. A removal declares none: its result is in the definition. */
function afterOf({ removal }: Resource, desired: Values): Values {
  return removal?.verb === 'deactivate' && Object.keys(desired).length === 0 ? removal.inactive : desired;
}
