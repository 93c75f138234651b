/** The parts used here of the protocol buffers that come with tfjs-node: https://github.com/tensorflow/tensorflow, core/framework/*.proto. */
declare module '@tensorflow/tfjs-node/dist/proto/api_pb.js' {
  namespace messages {
    class VersionDef {
      setProducer(version: number): void;
    }
    class GraphDef {
      setVersions(version: VersionDef): void;
      setNodeList(nodes: NodeDef[]): void;
    }
    class NodeDef {
      setName(name: string): void;
      setOp(operation: string): void;
      setInputList(inputs: string[]): void;
      getAttrMap(): { set(name: string, value: AttrValue): unknown };
    }
    class AttrValue {
      setS(bytes: Uint8Array): void;
      setI(value: number): void;
      setF(value: number): void;
      setB(value: boolean): void;
      setType(dtype: number): void;
      setShape(shape: TensorShape): void;
      setTensor(tensor: Tensor): void;
      setList(list: AttrValue.ListValue): void;
    }
    namespace AttrValue {
      class ListValue {
        setIList(values: number[]): void;
        setFList(values: number[]): void;
        setTypeList(dtypes: number[]): void;
      }
    }
    class TensorShape {
      setDimList(sides: TensorShape.Dim[]): void;
    }
    namespace TensorShape {
      class Dim {
        setSize(side: number): void;
      }
    }
    class Tensor {
      setDtype(dtype: number): void;
      setTensorShape(shape: TensorShape): void;
      setTensorContent(bytes: Uint8Array): void;
    }
    class MetaGraphDef {
      setMetaInfoDef(info: MetaGraphDef.MetaInfoDef): void;
      setGraphDef(graph: GraphDef): void;
    }
    namespace MetaGraphDef {
      class MetaInfoDef {
        addTags(tag: string): void;
      }
    }
    class SavedModel {
      setSavedModelSchemaVersion(version: number): void;
      addMetaGraphs(meta: MetaGraphDef): void;
      serializeBinary(): Uint8Array;
    }
  }
  export default messages;
}
