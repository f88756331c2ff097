const start = () => 0
await Promise.resolve().then(start)
console.log(process.resourceUsage().maxRSS)

export {}
