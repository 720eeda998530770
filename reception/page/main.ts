/** The staffed desk, at /reception; ?hall=CODE chooses the hall. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./reception.css"
import Reception from "./Reception.vue"

createApp(Reception).mount("#page")
