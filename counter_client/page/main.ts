import { createApp } from "vue"
import App from "./App.vue"
import "../../web/tokens.css"
import "./console.css"

createApp(App).mount("#app")
