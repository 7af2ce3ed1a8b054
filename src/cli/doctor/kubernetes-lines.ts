/** What doctor found of Kubernetes, as lines for a person. */
import { count, counted } from '../../../reports/figures.js'
import { formatInstant } from '../../core/instant.js'
import { tiers } from '../../core/model.js'
import type { KubernetesFigures, KubernetesLook } from './kubernetes.js'
import type { PolicyFigures } from './objects.js'

export function kubernetesLines(look: KubernetesLook): readonly string[] {
  if (look.kind === 'not-seen') {
    const unknown = 'claims, classes, policies and permissions are not known'
    return [`Kubernetes: not looked at, ${unknown}: ${look.why}`]
  }
  const { figures } = look
  const { url, version, policies } = figures
  return [
    `Kubernetes at ${url}${version === null ? '' : `, version ${version}`}`,
    `  definitions: ${definitionsInWords(figures)}`,
    `  permissions: ${permissionsInWords(figures)}`,
    `  operator in ${figures.namespace}: ${operatorInWords(figures)}`,
    `  claims: ${claimsInWords(figures)}`,
    ...(policies === null ? ['  policies: not known'] : policies.map(policyLine)),
  ]
}

function definitionsInWords({ definitions, diskPools }: KubernetesFigures): string {
  const installed = definitions.filter(one => one.state === 'installed').length
  const served = diskPools?.join(' and ') ?? 'versions not known'
  const pools = `DiskPools ${served === '' ? 'not served' : served}`
  return `${installed} of ${definitions.length} of ours as they should be, ${pools}`
}

function permissionsInWords({ permissions }: KubernetesFigures): string {
  const { asked, denied, unknown } = permissions
  const granted = asked - denied.length - unknown
  return `you have ${granted} of the ${asked} that an operator needs`
}

function operatorInWords({ lease, pause }: KubernetesFigures): string {
  const paused = pause === null ? 'not paused' : `paused since ${formatInstant(pause.sinceUs)}`
  if (lease === null) return `no lease, ${paused}`
  const { holder, renewedUs } = lease
  if (holder === null) return `nobody holds the lease, ${paused}`
  const renewed = renewedUs === null ? '' : `, renewed ${formatInstant(renewedUs)}`
  return `${holder} holds the lease${renewed}, ${paused}`
}

function claimsInWords({ claims, classes }: KubernetesFigures): string {
  const ofClasses =
    classes === null
      ? 'classes not known'
      : `${counted(classes.total, 'class', 'classes')}, ${count(classes.mayastor)} of Mayastor`
  if (claims === null) return `not known; ${ofClasses}`
  const { total, mayastor, waiting } = claims
  return `${count(total)}, ${count(mayastor)} on Mayastor, ${count(waiting)} waiting; ${ofClasses}`
}

function policyLine({ name, volumes, pools, problems }: PolicyFigures): string {
  const selected = volumes === null ? 'volumes not known' : counted(volumes, 'volume', 'volumes')
  const places =
    pools === null ? '' : `, pools: ${tiers.map(tier => `${pools[tier]} ${tier}`).join(', ')}`
  return `  policy ${name}: ${selected}${places}${problems.length === 0 ? '' : ', in error'}`
}
