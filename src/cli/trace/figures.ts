/** Figures as people read them. */

/** Thousands apart: 113,872. */
export function grouped(value: number | string): string {
  const [whole, fraction] = String(value).split('.')
  const digits = String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? digits : `${digits}.${fraction}`
}

/** The two largest units: `2 h 0 min`. */
export function timeSpan(durationUs: number): string {
  const seconds = durationUs / 1_000_000
  if (seconds < 60) return `${seconds.toFixed(3)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
