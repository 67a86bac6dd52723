import type { IConstruct } from 'constructs';
import { DefaultTokenResolver, StringConcat, Token, Tokenization } from '../gen/cdk.js';
import { valueText } from './value-text.js';

/**
 * Replaces CDK tokens in a text by Terraform references such as `${delinea_user.jane.id}`, so that equal texts mean the
 * same object. Other types are reported elsewhere and rendered here as in those messages.
 */
export function resolved(scope: IConstruct, text: unknown): string {
  if (typeof text !== 'string') return valueText(text);
  if (!Token.isUnresolved(text)) return text;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(text, { scope, resolver, preparing: false }));
}
