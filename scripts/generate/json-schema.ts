import { z } from 'zod';
import { resources } from '../../src/provider/index.js';
import { reviewJson } from '../../src/review/index.js';

/** Metadata for the engine, removed because strict validators reject unknown keywords. */
const OURS = 'replace sensitive unordered caseless setting refersTo refersBy elementKey exclusive'.split(' ');

/** Returns a JSON Schema of the declarable attributes, one definition per kind. */
export function jsonSchema(): string {
  const definitions = resources.map((kind) => {
    const { $schema, ...schema } = z.toJSONSchema(kind.props, {
      io: 'input',
      override: ({ jsonSchema }) => {
        for (const word of OURS) delete jsonSchema[word];
      },
    });
    return [kind.type, { title: kind.title, description: kind.description, ...schema }];
  });
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'delinea-iac',
    description: 'The attributes of every kind.',
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Returns the JSON Schema of the output of `review --json`. */
export function reviewSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reviewJson, {
    // Set by `.readonly()`, which is about the types.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  const document = { $schema, title: 'delinea-iac review --json', ...schema };
  return `${JSON.stringify(document, null, 2)}\n`;
}
