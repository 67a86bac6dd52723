import type { IConstruct } from 'constructs';
import { DefaultTokenResolver, StringConcat, Token, Tokenization } from '../gen/cdk.js';
import { valueText } from './value-text.js';

/**
 * A text with its references written out as Terraform's, `${delinea_user.jane.id}`: equal texts refer to the same thing.
 * What is no text is a mistake elsewhere, and named here as it is there.
 */
export function resolved(scope: IConstruct, text: unknown): string {
  if (typeof text !== 'string') return valueText(text);
  if (!Token.isUnresolved(text)) return text;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(text, { scope, resolver, preparing: false }));
}
