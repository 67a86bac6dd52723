import type { Tenant } from '../api/tenant.js';
import { type ProfileBlock, profileBlock, surfacesOf } from '../settings/profile-block.js';
import { type Profile, profiles, surfaces } from '../settings/surfaces.js';
import { type Examination, examineSurface } from './examine-surface.js';

/** A profile, and the surfaces of it that cannot be used. It fits if there are none. */
export interface ProfileFit {
  readonly profile: Profile;
  readonly fits: boolean;
  readonly missing: readonly string[];
}

/** Everything that the account of the settings can use of a tenant. */
export interface Diagnosis {
  readonly tenant: string;
  readonly surfaces: readonly Examination[];
  readonly profiles: readonly ProfileFit[];
  /** The profile that serves the most, with its settings; undefined: no profile fits. */
  readonly recommended: ({ readonly profile: Profile } & ProfileBlock) | undefined;
}

/** Examines every surface, one after the other, and finds the profiles that fit. Only reads. */
export async function diagnose(tenant: Tenant): Promise<Diagnosis> {
  const examined: Examination[] = [];
  for (const row of Object.values(surfaces).filter(({ serves }) => Object.keys(serves).length > 0))
    examined.push(await examineSurface(tenant, row));
  const usable = new Set(examined.flatMap(({ surface, accepted }) => (accepted ? [surface] : [])));
  const fits = profiles.map((profile) => {
    const missing = surfacesOf(profile).filter((name) => !usable.has(name));
    return { profile, fits: missing.length === 0, missing };
  });
  const [best] = fits
    .flatMap(({ profile, fits: isUsable }) => (isUsable ? [{ profile, value: kindsShown(profile, examined) }] : []))
    .sort((one, other) => other.value - one.value);
  return {
    tenant: tenant.settings.url,
    surfaces: examined,
    profiles: fits,
    recommended: best && { profile: best.profile, ...profileBlock(best.profile, tenant.settings) },
  };
}

/** Returns the number of kinds that a profile shows, without those that another product keeps. */
function kindsShown(profile: Profile, examined: readonly Examination[]): number {
  const used = new Set(surfacesOf(profile));
  const shown = examined
    .filter(({ surface }) => used.has(surface))
    .flatMap(({ seen, problems }) => {
      const elsewhere = problems.flatMap(({ symptom, what }) => (symptom === 'kept elsewhere' ? [what] : []));
      return seen.flatMap(({ kind }) => (elsewhere.includes(`${kind} list`) ? [] : [kind]));
    });
  return new Set(shown).size;
}
