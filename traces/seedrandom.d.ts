/** The generator's own module has no types; its call and its draw are all that is used here. */
declare module 'seedrandom/lib/tychei.js' {
  const tychei: (seed: string) => () => number
  export default tychei
}
