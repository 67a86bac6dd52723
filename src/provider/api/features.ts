import type { Features } from '../model/features.js';
import type { Http } from './http.js';
import type { FeaturesDocument } from './protocol.js';

/** Returns the features that a service states. @throws DelineaError if it states none */
export async function readFeatures(http: Http, { path, read }: FeaturesDocument): Promise<Features> {
  const what = 'read service provider configuration';
  const body = await http.send({ method: 'GET', path, access: 'read', counted: 'gets', what });
  // A read without a body is an error.
  return read(body!);
}
