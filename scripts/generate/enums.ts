import { resources } from '../../src/provider/index.js';

/** The enums and the attributes whose allowed values they have. The generator fails for allowed values without a row. */
const ENUMS: readonly { readonly name: string; readonly description: string; readonly of: readonly string[] }[] = [
  {
    name: 'PrincipalType',
    description: 'The type of the holder of a right or a role, or of a member.',
    of: ['*.principalType'],
  },
  { name: 'Right', description: 'The right of a principal on a container.', of: ['container-permission.right'] },
  {
    name: 'SecretRight',
    description: 'Right on the secrets in a container, on APIs that have separate rights for secrets.',
    of: ['container-permission.secretRight'],
  },
  { name: 'Adoption', description: 'When an existing object is adopted.', of: ['*.adopt'] },
  {
    name: 'OnRemoval',
    description: 'What happens to a user or group whose declaration is removed.',
    of: ['user.onRemoval', 'group.onRemoval'],
  },
  {
    name: 'OnEdgeRemoval',
    description: 'What happens to a permission, role binding or membership whose declaration is removed.',
    of: [
      'container-permission.onRemoval',
      'container-permissions.onRemoval',
      'role-binding.onRemoval',
      'role-bindings.onRemoval',
      'group-membership.onRemoval',
    ],
  },
];

interface Choice {
  readonly places: readonly string[];
  readonly allowed: readonly string[];
}

const choices: readonly Choice[] = resources.flatMap((kind) =>
  kind.attributes.flatMap(({ name, allowed }) =>
    allowed ? [{ places: [`${kind.type}.${name}`, `*.${name}`], allowed }] : [],
  ),
);

/** Returns the member name of a value: `Add Secret` becomes ADD_SECRET, `whenEqual` becomes WHEN_EQUAL. */
function memberName(value: string): string {
  return value
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toUpperCase();
}

/** Returns the enums of the constructs, made from the allowed values of the definitions. */
export function enumsModule(header: string): string {
  const uncovered = choices.find(({ places }) => !ENUMS.some(({ of }) => places.some((place) => of.includes(place))));
  if (uncovered)
    throw new Error(`${uncovered.places[0]} has allowed values and no enum: add it to scripts/generate/enums.ts`);
  const texts = ENUMS.map(({ name, description, of }) => {
    const lists = choices.filter(({ places }) => places.some((place) => of.includes(place)));
    const allowed = lists[0]?.allowed;
    if (!allowed || lists.some((list) => list.allowed.join() !== allowed.join())) {
      throw new Error(`enum ${name}: ${of.join(', ')} do not allow the same values`);
    }
    const members = allowed.map((value) => `  /** \`${value}\` */\n  ${memberName(value)} = '${value}',`);
    return `/** ${description} */\nexport enum ${name} {\n${members.join('\n')}\n}\n`;
  });
  return header + texts.join('\n');
}
