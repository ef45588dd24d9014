___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Habitué",
  "categories": ["ANALYTICS", "PERSONALIZATION"],
  "brand": { "id": "brand_dummy", "displayName": "Habitué" },
  "description": "Loads habitue.js from your own server and hands it the container's consent.",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "address",
    "displayName": "Where browsers reach your Habitué, as in https://data.shop.example",
    "simpleValueType": true,
    "valueValidators": [
      { "type": "NON_EMPTY" },
      { "type": "REGEX", "args": ["^https://[^/].*[^/]$"] }
    ]
  },
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "The key of a public source",
    "simpleValueType": true,
    "valueValidators": [{ "type": "NON_EMPTY" }]
  },
  {
    "type": "RADIO",
    "name": "consent",
    "displayName": "Consent",
    "radioItems": [
      { "value": "required", "displayValue": "Required: nothing is kept or sent before a yes" },
      { "value": "assumed", "displayValue": "Assumed: until a no" }
    ],
    "simpleValueType": true,
    "defaultValue": "required"
  },
  {
    "type": "CHECKBOX",
    "name": "defaults",
    "checkboxText": "This container sets every consent default on Consent Initialization",
    "help": "Tag Manager counts a consent that nothing has set as granted. Tick this only if your consent manager sets analytics_storage, ad_storage and personalization_storage before any tag; then a yes of an earlier page counts at once. Without it only answers given on the page count.",
    "simpleValueType": true,
    "defaultValue": false
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const callInWindow = require('callInWindow');
const createArgumentsQueue = require('createArgumentsQueue');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');

const TYPES = ['analytics_storage', 'ad_storage', 'personalization_storage'];
const tell = (type, granted, settled) => {
  const told = {};
  told[type] = granted;
  callInWindow('habitue', 'consent', told, 'tag manager', settled);
};

createArgumentsQueue('habitue', 'habitue.q');
callInWindow('habitue', 'start', { key: data.key, consent: data.consent });
TYPES.forEach((type) => {
  // A default is no answer yet: it may keep the gate shut, but takes nothing back.
  if (data.defaults) tell(type, isConsentGranted(type), false);
  addConsentListener(type, (changed, granted) => tell(changed, granted, true));
});
injectScript(data.address + '/habitue.js', data.gtmOnSuccess, data.gtmOnFailure, 'habitue');


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": { "publicId": "inject_script", "versionId": "1" },
      "param": [
        {
          "key": "urls",
          "value": { "type": 2, "listItem": [{ "type": 1, "string": "https://*/habitue.js" }] }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "access_globals", "versionId": "1" },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "habitue" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "habitue.q" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "access_consent", "versionId": "1" },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "consentType" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" }
                ],
                "mapValue": [
                  { "type": 1, "string": "analytics_storage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "consentType" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" }
                ],
                "mapValue": [
                  { "type": 1, "string": "ad_storage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "consentType" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" }
                ],
                "mapValue": [
                  { "type": 1, "string": "personalization_storage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  }
]


___TESTS___

scenarios: []


___NOTES___

docs/browser.md of Habitué says how to use it.
