/** What of Kubernetes stands in an operator's way, each with what a person can do. */
import { counted } from '../../../reports/figures.js'
import { tiers } from '../../core/model.js'
import { type KubernetesFigures, knownPoolVersions } from './kubernetes.js'
import type { Missing } from './missing.js'
import type { PolicyFigures } from './objects.js'

export function missingOfKubernetes(figures: KubernetesFigures): readonly Missing[] {
  return [
    ...ofDefinitions(figures),
    ...ofPermissions(figures),
    ...ofOperator(figures),
    ...ofPolicies(figures),
    ...ofClaims(figures),
  ]
}

function ofDefinitions({ definitions, diskPools }: KubernetesFigures): readonly Missing[] {
  const apply = 'kubectl apply --server-side -f crds/'
  const found = definitions.flatMap(({ name, version, state, lacks }): Missing[] => {
    if (state === 'missing') return [{ what: `${name} is not installed`, remedy: apply }]
    if (state === 'unknown') {
      const remedy = 'look with who may: get of customresourcedefinitions'
      return [{ what: `whether ${name} is installed is not known`, remedy }]
    }
    if (state === 'installed') return []
    const [first, ...more] = lacks
    const others = more.length === 0 ? '' : ` and ${counted(more.length, 'other', 'others')}`
    const lack = first === undefined ? `serve ${version}` : `know ${first}${others}`
    return [{ what: `${name} is of another version: it does not ${lack}`, remedy: apply }]
  })
  const isServed = diskPools === null || knownPoolVersions.some(one => diskPools.includes(one))
  if (isServed) return found
  const what = `DiskPools are served neither as ${knownPoolVersions.join(' nor as ')}`
  return [...found, { what, remedy: 'install Mayastor’s chart: without it there is no pool' }]
}

function ofPermissions({ permissions }: KubernetesFigures): readonly Missing[] {
  const { denied, unknown } = permissions
  const remedy = 'grant it; an operator’s own rights show where doctor runs in its pod'
  const found = denied.map(({ verb, resource, namespace }) => {
    const where = namespace === null ? '' : ` in ${namespace}`
    return { what: `you may not ${verb} ${resource}${where}`, remedy }
  })
  if (unknown === 0) return found
  const what = `of ${counted(unknown, 'permission', 'permissions')} the server did not say`
  return [...found, { what, remedy: 'ask again' }]
}

function ofOperator({ pause, recordTrouble }: KubernetesFigures): readonly Missing[] {
  const found: Missing[] = []
  if (recordTrouble !== null) {
    const remedy = 'mend it: no operator acts on a record that it cannot read'
    found.push({ what: recordTrouble, remedy })
  }
  if (pause !== null)
    found.push({ what: `it is paused: ${pause.why}`, remedy: 'couchestor resume' })
  return found
}

function ofPolicies({ policies, contestedVolumes }: KubernetesFigures): readonly Missing[] {
  if (policies === null) return []
  if (policies.length === 0) {
    return [{ what: 'there is no StoragePolicy', remedy: 'apply one, with dryRun: true at first' }]
  }
  const found = policies.flatMap(ofPolicy)
  if (contestedVolumes === null || contestedVolumes === 0) return found
  const what = `${counted(contestedVolumes, 'volume is', 'volumes are')} selected by two policies`
  return [...found, { what, remedy: 'narrow one selector: until then they are not moved' }]
}

function ofPolicy({ name, volumes, pools, problems }: PolicyFigures): readonly Missing[] {
  const found: Missing[] = problems.map(problem => ({
    what: `policy ${name} cannot be used: ${problem}`,
    remedy: 'mend it: until then it starts nothing',
  }))
  if (volumes === 0) {
    const remedy = 'check its storageClassName and its volumeSelector'
    found.push({ what: `policy ${name} selects no volume`, remedy })
  }
  const filled = tiers.filter(tier => pools !== null && pools[tier] > 0)
  if (pools !== null && filled.length < 2) {
    const [only = 'no'] = filled
    const what = `policy ${name} has pools of ${only === 'no' ? 'no tier' : `one tier: ${only}`}`
    found.push({ what, remedy: 'label pools as its selectors ask: it needs two tiers' })
  }
  return found
}

function ofClaims({ claims, classes }: KubernetesFigures): readonly Missing[] {
  const found: Missing[] = []
  if (classes !== null && classes.mayastor === 0) {
    const remedy = 'create one with the provisioner io.openebs.csi-mayastor'
    found.push({ what: 'there is no StorageClass of Mayastor', remedy })
  }
  if (claims !== null && claims.waiting > 0) {
    const what = `${counted(claims.waiting, 'claim waits', 'claims wait')} for a volume of Mayastor`
    found.push({ what, remedy: 'look at kubectl describe of it: for five minutes no move starts' })
  }
  return found
}
