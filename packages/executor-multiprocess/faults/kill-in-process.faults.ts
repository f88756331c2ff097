import { enumerateKills } from "./enumerateKills.ts"

enumerateKills("inProcess")
