import {
  environmentName,
  quoted,
  type Remedy,
  settingAttributes,
  snakeCase,
  terraformType,
  visible,
  visibleJson,
} from '../../provider/index.js';

/** Returns the hint with what to do about it in terms of HCL and the terraform command, safe to print. */
export function withRemedies(hint: string | undefined, remedies: readonly Remedy[] = []): string | undefined {
  const all = [...(hint === undefined ? [] : [visible(hint)]), ...remedies.map(sentenceOf)];
  return all.length === 0 ? undefined : all.join(' ');
}

function sentenceOf(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'allowMissing':
      return allow('allowMissing', remedy.count, remedy.soFar);
    case 'allowRemovals':
      return allow('allowRemovals', remedy.count, remedy.soFar);
    case 'allowPrincipals':
      return allow('allowPrincipals', remedy.names);
    case 'allowOrphans':
      return allow('allowOrphans', remedy.names);
    case 'consent':
      return 'To consent, set reactivate = "<ticket or date>". To repeat a destroy, run terraform destroy -refresh=false instead.';
    case 'adopt':
      return `To adopt it, set adopt = "always" or add this block:${importBlock(remedy)}`;
    case 'import':
      return `To plan it as an import, add this block:${importBlock(remedy)}`;
    case 'set':
      return `Set ${snakeCase(remedy.attribute)} = ${JSON.stringify(remedy.value)}${remedy.on === 'provider' ? inProvider(remedy) : ''}.`;
    case 'listAsJson':
      return `A name with a comma needs JSON: ${environmentName(remedy.setting)}=${shellList(remedy.names)}.`;
    case 'raise':
      return `Raise ${snakeCase(remedy.setting)} in the provider block and ${environmentName(remedy.setting)}, where they are set.`;
    case 'refer':
      return `Refer to it with data "${terraformType(remedy.resource)}".`;
    case 'recordAgain':
      return 'Or remove it from the state and import it again: terraform state rm ADDRESS.';
    case 'forget':
      return 'To stop managing it without a change in the tenant, add a removed block.';
    case 'readAllHolders':
      return 'Look for them in the console.';
    case 'initLedger':
      return 'Run terraform apply.';
    case 'moved': {
      const type = terraformType(remedy.resource);
      return `If it was renamed, add this block:${block('moved', { from: `${type}.OLD`, to: `${type}.NEW` })}`;
    }
    case 'parallelism':
      return `Run Terraform with -parallelism=${remedy.above + 10}.`;
  }
}

function allow(setting: string, value: number | readonly string[], soFar = false): string {
  const count = soFar ? ' (the count so far; the last such error has the total)' : '';
  return `If this is intended, set ${environmentName(setting)}=${typeof value === 'number' ? value : shellList(value)} in the environment of one run${count}.`;
}

/** Returns names as JSON for a shell: a name may contain a comma. */
function shellList(names: readonly string[]): string {
  return `'${visibleJson(JSON.stringify(names)).replaceAll("'", '\\u0027')}'`;
}

function inProvider({ attribute, value }: { readonly attribute: string; readonly value: unknown }): string {
  const needsBoth = settingAttributes.some(({ name, inCode }) => name === attribute && inCode === 'both');
  return ` in the provider block${needsBoth ? ` and ${environmentName(attribute)}=${value} in the environment` : ''}`;
}

function importBlock({ resource, id }: { readonly resource: string; readonly id: string }): string {
  return block('import', { to: `${terraformType(resource)}.NAME`, id: quoted(id) });
}

/** Renders a block. HCL has one argument per line, and Terraform does not wrap lines that begin with a space. */
function block(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([argument, value]) => `    ${argument} = ${value}\n`);
  return `\n\n  ${name} {\n${lines.join('')}  }\n`;
}
