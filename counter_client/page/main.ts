import { createApp } from "vue"
import App from "./App.vue"
import "../../web/tokens.css"
import "./console.css"
import { actOncePerPress } from "../../web/keys"

actOncePerPress()
createApp(App).mount("#app")
