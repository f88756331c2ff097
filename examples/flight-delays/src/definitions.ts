import { Definitions } from "heddle"
import { flightDelays } from "./FlightDelays.ts"

export default Definitions.make({ jobs: [flightDelays] })

export { flightDelays }
