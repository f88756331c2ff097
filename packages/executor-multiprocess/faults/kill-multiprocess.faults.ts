import { enumerateKills } from "./enumerateKills.ts"

enumerateKills("multiprocess")
